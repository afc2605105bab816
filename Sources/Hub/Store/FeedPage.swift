package import Protocol

/// A stretch of the feed.
package struct FeedPage: Sendable {
    package var events: [PublishedEvent]
    /// Every row up to this cursor has been looked at: go on after it.
    package var through: Int64

    package init(events: [PublishedEvent], through: Int64) {
        self.events = events
        self.through = through
    }
}
