/// What is to be done about something that happened to a node.
package enum PresenceAction: Sendable, Hashable {
    /// Write the row; an urgent one at once, as it carries events.
    case write(PresenceRecord, isUrgent: Bool)
    /// Ask the store what it has committed.
    case readCommitted(node: String, epoch: String)
    /// The message came from a node that the installation does not have.
    case unknown(node: String)
}
