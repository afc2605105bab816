import Settings
package import Vision

/// A part of a camera's frame in which motion counts: a table `[[camera.motion.zone]]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `name` | id, unique in the camera | required |
/// | `polygon` | corners `[[x, y], …]`, 3–64, fractions of the frame | required |
/// | `sensitivity` | integer 1–100 | the camera's |
/// | `minimum_area` | number 0–1, share of the frame | the camera's |
/// | `minimum_duration` | number 0–60, seconds | the camera's |
/// | `kinds` | array of `person`, `pet`, `wildlife`, `vehicle` | all |
/// | `loitering` | number 0–3600, seconds | 0 |
/// | `inertia` | integer 1–30, looks in a row | 2 |
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
    /// Kinds of things that count in it, in the file's order; nil for all.
    package let kinds: [ObjectKind]?
    /// Seconds for which a thing must be in it before it counts; nil for none.
    package let loitering: Double?
    /// Looks in a row that must show a thing in it, or beside it, before it has come or gone; nil for the standard.
    package let inertia: Int?

    static let keys = [
        KeyDescription("camera.motion.zone.name", "id", standard: nil, inArray: true),
        KeyDescription("camera.motion.zone.polygon", "polygon", standard: nil, inArray: true),
        KeyDescription("camera.motion.zone.sensitivity", "integer 1–100", standard: "the camera's", inArray: true),
        KeyDescription("camera.motion.zone.minimum_area", "number 0–1", standard: "the camera's", inArray: true),
        KeyDescription("camera.motion.zone.minimum_duration", "number 0–60", standard: "the camera's", inArray: true),
        KeyDescription("camera.motion.zone.kinds", "array of person, pet, wildlife and vehicle", standard: "all", inArray: true),
        KeyDescription("camera.motion.zone.loitering", "number 0–3600", standard: "0", inArray: true),
        KeyDescription("camera.motion.zone.inertia", "integer 1–30", standard: "2", inArray: true),
    ]

    init(_ table: TableReader) {
        name = table.id("name") ?? ""
        if !table.has("name") { table.fail("name", "is missing: give this zone an id, such as name = \"driveway\"") }
        polygon = (table.polygon("polygon", atMost: CameraMotionSettings.maximumCorners) ?? []).map { FramePoint(x: $0.x, y: $0.y) }
        if !table.has("polygon") { table.fail("polygon", "is missing: give its corners as [[x, y], …]") }
        sensitivity = table.integer("sensitivity", in: 1...100)
        minimumArea = table.number("minimum_area", in: 0...1)
        minimumDuration = table.number("minimum_duration", in: 0...60)
        kinds = Self.kinds(table)
        loitering = table.number("loitering", in: 0...3600)
        inertia = table.integer("inertia", in: 1...30)
    }

    private static func kinds(_ table: TableReader) -> [ObjectKind]? {
        guard table.has("kinds") else { return nil }
        let all = ObjectKind.allCases.map(\.rawValue).joined(separator: ", ")
        let words = table.strings("kinds", atMost: ObjectKind.allCases.count)
        let kinds = words.compactMap { ObjectKind(rawValue: $0) }
        if kinds.count < words.count { table.fail("kinds", "must be some of \(all)") }
        if words.isEmpty { table.fail("kinds", "names nothing that counts: name some of \(all), or leave it out for all") }
        return kinds
    }
}
