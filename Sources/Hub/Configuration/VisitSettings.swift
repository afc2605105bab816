import Settings

/// What the journal of visitors takes for one visit: the table `[visits]` of `hub.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `pause_minutes` | integer 1–1440 | 10 |
package struct VisitSettings: Sendable, Equatable {
    /// Seconds without a sighting after which a visit is over.
    package let pause: Double

    static let keys = [KeyDescription("visits.pause_minutes", "integer 1–1440", standard: "10")]

    init(_ table: TableReader) { pause = 60 * Double(table.integer("pause_minutes", in: 1...1440) ?? 10) }
}
