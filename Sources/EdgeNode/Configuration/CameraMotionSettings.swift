import Settings

/// How motion is looked for in one camera: the table `[camera.motion]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `sensitivity` | integer 1–100 | 50 |
/// | `minimum_area` | number 0–1, share of the frame | the detector's own |
/// | `minimum_duration` | number 0–60, seconds | the detector's own |
/// | `gate` | boolean: decode only where something may have changed | true |
/// | `masks` | polygons `[[[x, y], …], …]`, at most 32, of at most 64 corners each | none |
/// | `[[camera.motion.zone]]` | ``CameraZone``, at most 16 | none: the whole frame |
///
/// Coordinates are fractions of the frame, from its upper left corner.
package struct CameraMotionSettings: Sendable, Equatable {
    /// 1 (least) to 100.
    package let sensitivity: Int
    /// Share of the frame, 0–1; nil for the detector's own.
    package let minimumArea: Double?
    /// Seconds; nil for the detector's own.
    package let minimumDuration: Double?
    /// Whether quiet groups of pictures may stay undecoded.
    package let gate: Bool
    /// Where motion is not looked for.
    package let masks: [[FramePoint]]
    /// Where motion is looked for; the whole frame where there are none.
    package let zones: [CameraZone]

    static let keys = [
        KeyDescription("camera.motion.sensitivity", "integer 1–100", standard: "50", inArray: true),
        KeyDescription("camera.motion.minimum_area", "number 0–1", standard: "the detector's own", inArray: true),
        KeyDescription("camera.motion.minimum_duration", "number 0–60", standard: "the detector's own", inArray: true),
        KeyDescription("camera.motion.gate", "boolean", standard: "true", inArray: true),
        KeyDescription("camera.motion.masks", "polygons", standard: "none", inArray: true),
    ]
    static let maximumMasks = 32
    /// The detector uses no more.
    static let maximumZones = 16
    static let maximumCorners = 64

    /// - Parameter zones: The key of the zones.
    init(_ table: TableReader, zones key: String = "zone") {
        sensitivity = table.integer("sensitivity", in: 1...100) ?? 50
        minimumArea = table.number("minimum_area", in: 0...1)
        minimumDuration = table.number("minimum_duration", in: 0...60)
        gate = table.boolean("gate") ?? true
        masks = table.polygons("masks", atMost: Self.maximumMasks, corners: Self.maximumCorners)
            .map { $0.map { FramePoint(x: $0.x, y: $0.y) } }
        let tables = table.tables(key, atMost: Self.maximumZones)
        zones = tables.map { CameraZone($0) }
        var seen: Set<String> = []
        for (table, zone) in zip(tables, zones) where !zone.name.isEmpty && !seen.insert(zone.name).inserted {
            table.fail("name", "\"\(zone.name)\" is taken by another zone of this camera")
        }
    }
}
