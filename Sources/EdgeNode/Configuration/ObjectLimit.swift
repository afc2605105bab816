import Settings
import Vision

/// What things of a kind, or of one of the detector's labels, must be like to count: a table `[[camera.objects.limit]]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `of` | `person`, `pet`, `wildlife`, `vehicle` or a label | required |
/// | `zone` | name of a zone of the camera: only what stands in it is meant | none |
/// | `minimum_score` | number 0.2–1 | 0.45 |
/// | `minimum_size`, `maximum_size` | number 0–1, share of the frame's area | none |
/// | `minimum_aspect`, `maximum_aspect` | number 0.01–100, width by height in pixels | none |
package struct ObjectLimit: Sendable, Hashable {
    /// A kind's name, or one of the detector's labels.
    package var name: String
    /// The zone in which something must stand to be meant; nil for the whole camera.
    package var zone: String?
    /// From which something may begin with it; nil for the tracker's.
    package var minimumScore: Double?
    /// Share of the frame's area; nil for any.
    package var minimumSize: Double?
    /// Share of the frame's area; nil for any.
    package var maximumSize: Double?
    /// Width by height in pixels; nil for any.
    package var minimumAspect: Double?
    /// Width by height in pixels; nil for any.
    package var maximumAspect: Double?

    static let keys = [
        KeyDescription("camera.objects.limit.of", "person, pet, wildlife, vehicle or a label", standard: nil, inArray: true),
        KeyDescription("camera.objects.limit.zone", "name of a zone of the camera", standard: "none", inArray: true),
        KeyDescription("camera.objects.limit.minimum_score", "number 0.2–1", standard: "0.45", inArray: true),
        KeyDescription("camera.objects.limit.minimum_size", "number 0–1", standard: "none", inArray: true),
        KeyDescription("camera.objects.limit.maximum_size", "number 0–1", standard: "none", inArray: true),
        KeyDescription("camera.objects.limit.minimum_aspect", "number 0.01–100", standard: "none", inArray: true),
        KeyDescription("camera.objects.limit.maximum_aspect", "number 0.01–100", standard: "none", inArray: true),
    ]
    /// What the models give is above it.
    private static let scores = 0.2...1.0
    private static let aspects = 0.01...100.0

    package init(_ name: String, zone: String? = nil) {
        self.name = name
        self.zone = zone
    }

    /// - Parameters:
    ///   - labels: Of the detector; nil where they cannot be told.
    ///   - zones: The names of the camera's.
    init(_ table: TableReader, labels: Set<String>?, zones: [String]) {
        self.init(table.string("of") ?? "")
        let kinds = ObjectKind.allCases.map(\.rawValue)
        if !table.has("of") {
            table.fail("of", "is missing: say what is limited, such as of = \"person\"")
        } else if let labels, !name.isEmpty, !kinds.contains(name), !labels.contains(name) {
            let hint = EditDistance.nearest(to: name, among: kinds + labels).map { "; did you mean \"\($0)\"?" } ?? ""
            table.fail("of", "must be one of \(kinds.joined(separator: ", ")), or one of the detector's labels as it stands there\(hint)")
        }
        zone = table.string("zone")
        if let zone, !zones.contains(zone) {
            let there = zones.isEmpty ? "this camera has none" : "there are \(zones.joined(separator: ", "))"
            table.fail("zone", "must be the name of one of the camera's zones: \(there)")
        }
        minimumScore = table.number("minimum_score", in: Self.scores)
        minimumSize = table.number("minimum_size", in: 0...1)
        maximumSize = table.number("maximum_size", in: 0...1)
        minimumAspect = table.number("minimum_aspect", in: Self.aspects)
        maximumAspect = table.number("maximum_aspect", in: Self.aspects)
        for (least, most, what) in [(minimumSize, maximumSize, "size"), (minimumAspect, maximumAspect, "aspect")] {
            guard let least, let most, least > most else { continue }
            table.fail("minimum_\(what)", "is more than maximum_\(what), so that nothing would fit: swap them, or leave one out")
        }
    }
}
