package import Base

/// A request on `vigilar/node/{node}/command`. The list of commands is open: a node answers what it does not know with an error.
package struct NodeCommand: Sendable, Hashable, Codable {
    /// `ping` or `resend`.
    package var command: String
    /// Of `resend`: rows acknowledged since then are sent again.
    package var since: Timestamp?

    package init(command: String, since: Timestamp? = nil) {
        self.command = command
        self.since = since
    }
}
