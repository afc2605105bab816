/// What the command line asks of a running hub: one JSON line each way over the local socket.
package struct AdministrationRequest: Codable, Sendable {
    package enum Command: String, Codable, Sendable {
        /// Invites a node to join a site.
        case invite
        /// Ends a node.
        case revoke
        /// Lets a node in again whose certificate has ended.
        case admit
        /// Gives a camera to another node.
        case cameraMove = "camera_move"
        /// Makes a node send again what it has kept since a time.
        case nodeResend = "node_resend"
        /// Makes a link that lets an account in again.
        case accountReset = "account_reset"
        /// Verifies the invariants in the store.
        case check
    }

    package var command: Command
    package var site: String?
    package var name: String?
    /// RFC 3339, of `nodeResend`.
    package var since: String?
    /// Of `cameraMove`.
    package var camera: String?
    /// For which an invitation is good.
    package var hours: Int?

    package init(
        command: Command, site: String? = nil, name: String? = nil, since: String? = nil, camera: String? = nil, hours: Int? = nil
    ) {
        self.command = command
        self.site = site
        self.name = name
        self.since = since
        self.camera = camera
        self.hours = hours
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
