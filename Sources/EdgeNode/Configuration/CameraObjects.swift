import Settings
package import Vision

/// What is looked for in one camera: the table `[camera.objects]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `pets`, `wildlife`, `ignored` | arrays of the detector's labels | the node's (``DetectorSettings``) |
/// | `[[camera.objects.limit]]` | ``ObjectLimit``, at most 64 | none |
package struct CameraObjects: Sendable, Hashable {
    /// What is made of labels, where that is not what the node makes of them.
    package var kinds: [String: ObjectKind] = [:]
    /// Labels that nothing is made of.
    package var ignored: Set<String> = []
    /// What things must be like to count, each of another name or zone.
    package var limits: [ObjectLimit] = []

    static let keys =
        ["pets", "wildlife", "ignored"].map {
            KeyDescription("camera.objects.\($0)", "array of labels", standard: "the node's", inArray: true)
        } + ObjectLimit.keys
    private static let maximumLimits = 64

    package init() {}

    /// - Parameters:
    ///   - labels: Of the detector; nil where they cannot be told.
    ///   - zones: The names of the camera's.
    ///   - key: Of the limits.
    init(_ table: TableReader, labels: Set<String>?, zones: [String], limits key: String = "limit") {
        (kinds, ignored) = DetectorSettings.kinds([("pets", .pet), ("wildlife", .wildlife), ("ignored", nil)], table) { key, label in
            guard let labels, !labels.contains(label) else { return }
            let hint = EditDistance.nearest(to: label, among: labels).map { "; did you mean \"\($0)\"?" } ?? ""
            table.fail(key, "has a label that is none of the detector's: write it as it stands there\(hint)")
        }
        let tables = table.tables(key, atMost: Self.maximumLimits)
        limits = tables.map { ObjectLimit($0, labels: labels, zones: zones) }
        var seen: Set<[String?]> = []
        for (table, limit) in zip(tables, limits) where !limit.name.isEmpty && !seen.insert([limit.name, limit.zone]).inserted {
            let place = limit.zone == nil ? "this camera" : "this zone"
            table.fail("of", "is limited by another table of \(place): put the two together")
        }
    }

    /// A detection as the camera takes it: of its own kind, and with its limits' word on whether something may begin with it.
    /// - Parameters:
    ///   - zones: The camera's.
    ///   - aspect: Of the picture, width by height in pixels.
    ///   - score: From which something begins where nothing else is said.
    package func judge(_ detection: Detection, zones: [MotionZone] = [], aspect: Double, score: Double) -> Detection {
        var detection = detection
        detection.kind = ignored.contains(detection.label) ? nil : kinds[detection.label] ?? detection.kind
        let mine = words(on: detection, zones: zones)
        guard !mine.isEmpty else { return detection }
        let visible = detection.box.clipped
        let size = visible?.area ?? 0
        let shape = visible.map { aspect * $0.width / max($0.height, 1e-9) } ?? 0
        func value(_ key: KeyPath<ObjectLimit, Double?>) -> Double? { mine.lazy.compactMap { $0[keyPath: key] }.first }
        let fits =
            size >= value(\.minimumSize) ?? 0 && size <= value(\.maximumSize) ?? .infinity
            && shape >= value(\.minimumAspect) ?? 0 && shape <= value(\.maximumAspect) ?? .infinity
        let mayBegin = fits && detection.score >= value(\.minimumScore) ?? score
        if mayBegin != (detection.score >= score) || !fits { detection.mayBegin = mayBegin }
        return detection
    }

    /// The limits that a detection is under, those that go before others first: a zone's before the camera's, in one place a label's own before its kind's.
    private func words(on detection: Detection, zones: [MotionZone]) -> [ObjectLimit] {
        guard !limits.isEmpty else { return [] }
        let foot = detection.box.foot
        let inside = zones.filter { $0.polygon.contains(x: foot.x, y: foot.y) }.map { Optional($0.name) }
        return (inside + [nil]).flatMap { zone in
            [detection.label, detection.kind?.rawValue].compactMap { name in limits.first { $0.name == name && $0.zone == zone } }
        }
    }
}
