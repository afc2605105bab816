import Settings

/// How long a hub keeps what it stores: the table `[retention]` of `hub.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `events_days` | integer 1–36,500 | 365 |
/// | `feed_days` | integer 1–365 | 7 |
/// | `strangers_days` | integer 1–3,650 | 30 |
package struct RetentionSettings: Sendable, Equatable {
    /// Days that an event stays, from its start.
    package let eventsDays: Int
    /// Days that a change stays in the feed, that is, how far back a browser can resume.
    package let feedDays: Int
    /// Days that the face of somebody without a name stays, from the start of its event.
    package let strangersDays: Int

    static let keys = [
        KeyDescription("retention.events_days", "integer 1–36500", standard: "365"),
        KeyDescription("retention.feed_days", "integer 1–365", standard: "7"),
        KeyDescription("retention.strangers_days", "integer 1–3650", standard: "30"),
    ]

    init(_ table: TableReader) {
        eventsDays = table.integer("events_days", in: 1...36_500) ?? 365
        feedDays = table.integer("feed_days", in: 1...365) ?? 7
        strangersDays = table.integer("strangers_days", in: 1...3650) ?? 30
    }
}
