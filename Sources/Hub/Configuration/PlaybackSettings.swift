import Settings

/// How a hub plays what its nodes have recorded: the table `[playback]` of `hub.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `cache_gigabytes` | number 0.01–100,000 | 2 |
package struct PlaybackSettings: Sendable, Equatable {
    /// Bytes of recordings of which the hub keeps copies, sealed, so that what was watched once need not come from the node again.
    package let cacheBytes: Int64

    static let keys = [KeyDescription("playback.cache_gigabytes", "number 0.01–100000", standard: "2")]

    init(_ table: TableReader) { cacheBytes = Int64((table.number("cache_gigabytes", in: 0.01...100_000) ?? 2) * 1e9) }
}
