/// What the command line asks of a running hub: one JSON line each way over the local socket.
package struct AdministrationRequest: Codable, Sendable {
    package enum Command: String, Codable, Sendable {
        /// Adds a node to a site and writes its MQTT secret.
        case nodeAdd = "node_add"
        /// Makes a node send again what it has kept since a time.
        case nodeResend = "node_resend"
        /// Verifies the invariants in the store.
        case check
    }

    package var command: Command
    package var site: String?
    package var name: String?
    /// RFC 3339, of `nodeResend`.
    package var since: String?

    package init(command: Command, site: String? = nil, name: String? = nil, since: String? = nil) {
        self.command = command
        self.site = site
        self.name = name
        self.since = since
    }
}

/// The answer: either lines to print, or an error that says what to do.
package struct AdministrationResponse: Codable, Sendable {
    package var lines: [String]
    package var error: String?

    package init(lines: [String] = [], error: String? = nil) {
        self.lines = lines
        self.error = error
    }
}
