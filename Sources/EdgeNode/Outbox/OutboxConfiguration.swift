/// What an outbox is told when it is opened.
package struct OutboxConfiguration: Sendable, Hashable {
    /// The SQLite file; made with mode 0600 where there is none.
    package var path: String
    /// The node's id; rows of another id, from before it was renamed, are addressed anew.
    package var node: String
    package var site: String
    /// Rows that wait for the hub before new events are refused, the least severe first.
    package var maximumEvents: Int
    /// Days that acknowledged rows stay for a hub that is restored from a backup; at most `maximumEvents` of them are kept.
    package var keepDays: Int

    package init(path: String, node: String, site: String, maximumEvents: Int = 1_000_000, keepDays: Int = 7) {
        self.path = path
        self.node = node
        self.site = site
        self.maximumEvents = maximumEvents
        self.keepDays = keepDays
    }
}
