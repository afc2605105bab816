/// Some rows that wait for the hub, in order.
package struct OutboxPage: Sendable, Hashable {
    package var rows: [OutboxRow]
    /// Where to read on: every row of the lane up to here was looked at.
    package var position: Int64
    /// Whether the lane may hold more rows behind `position`.
    package var more: Bool
    /// Rows of both lanes that wait for the hub.
    package var waiting: Int
    /// Which file of the outbox it was read from: positions of one say nothing in another, which takes the place of a damaged one.
    package var file = 0

    package init(rows: [OutboxRow], position: Int64, more: Bool, waiting: Int) {
        self.rows = rows
        self.position = position
        self.more = more
        self.waiting = waiting
    }
}
