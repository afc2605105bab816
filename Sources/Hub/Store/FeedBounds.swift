/// What of the feed can be replayed.
package struct FeedBounds: Sendable, Hashable {
    package var lowest: Int64
    package var highest: Int64

    package init(lowest: Int64, highest: Int64) {
        self.lowest = lowest
        self.highest = highest
    }
}
