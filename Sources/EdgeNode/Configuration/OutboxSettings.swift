import Settings

/// How much a node's outbox holds: the table `[outbox]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `maximum_events` | integer 1,000–100,000,000 | 1,000,000 |
/// | `keep_days` | integer 1–365 | 7 |
package struct OutboxSettings: Sendable, Equatable {
    /// Rows that wait for the hub before new events are refused, the least severe first.
    package let maximumEvents: Int
    /// Days that acknowledged rows stay, for a hub that is restored from a backup.
    package let keepDays: Int

    static let keys = [
        KeyDescription("outbox.maximum_events", "integer 1000–100000000", standard: "1000000"),
        KeyDescription("outbox.keep_days", "integer 1–365", standard: "7"),
    ]

    init(_ table: TableReader) {
        maximumEvents = table.integer("maximum_events", in: 1000...100_000_000) ?? 1_000_000
        keepDays = table.integer("keep_days", in: 1...365) ?? 7
    }
}
