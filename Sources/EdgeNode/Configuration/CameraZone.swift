import Settings

/// A part of a camera's frame in which motion counts: a table `[[camera.motion.zone]]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `name` | id, unique in the camera | required |
/// | `polygon` | corners `[[x, y], …]`, 3–64, fractions of the frame | required |
/// | `sensitivity` | integer 1–100 | the camera's |
/// | `minimum_area` | number 0–1, share of the frame | the camera's |
/// | `minimum_duration` | number 0–60, seconds | the camera's |
package struct CameraZone: Sendable, Equatable {
    /// What events call it.
    package let name: String
    /// Its corners.
    package let polygon: [FramePoint]
    /// 1 (least) to 100; nil for the camera's.
    package let sensitivity: Int?
    /// Share of the frame, 0–1; nil for the camera's.
    package let minimumArea: Double?
    /// Seconds; nil for the camera's.
    package let minimumDuration: Double?

    static let keys = [
        KeyDescription("camera.motion.zone.name", "id", standard: nil, inArray: true),
        KeyDescription("camera.motion.zone.polygon", "polygon", standard: nil, inArray: true),
        KeyDescription("camera.motion.zone.sensitivity", "integer 1–100", standard: "the camera's", inArray: true),
        KeyDescription("camera.motion.zone.minimum_area", "number 0–1", standard: "the camera's", inArray: true),
        KeyDescription("camera.motion.zone.minimum_duration", "number 0–60", standard: "the camera's", inArray: true),
    ]

    init(_ table: TableReader) {
        name = table.id("name") ?? ""
        if !table.has("name") { table.fail("name", "is missing: give this zone an id, such as name = \"driveway\"") }
        polygon = (table.polygon("polygon", atMost: CameraMotionSettings.maximumCorners) ?? []).map { FramePoint(x: $0.x, y: $0.y) }
        if !table.has("polygon") { table.fail("polygon", "is missing: give its corners as [[x, y], …]") }
        sensitivity = table.integer("sensitivity", in: 1...100)
        minimumArea = table.number("minimum_area", in: 0...1)
        minimumDuration = table.number("minimum_duration", in: 0...60)
    }
}
