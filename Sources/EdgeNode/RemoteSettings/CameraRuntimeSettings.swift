import Protocol
package import Settings
import Trust
import Vision

/// The settings of a camera that can change while it runs, and that the hub may change: all but its id and its source.
///
/// The hub's JSON is flat: the keys of `[[camera]]` and of `[camera.motion]` side by side, and `zones` for `[[camera.motion.zone]]`;
/// `objects` is `[camera.objects]`, with `limits` for its `limit`. It is read by the code that reads `edge.toml`, so that the two cannot
/// differ in what they allow.
package struct CameraRuntimeSettings: Sendable, Equatable {
    package let name: String
    package let snapshots: Bool
    package let faces: Bool
    package let recording: RecordingPlan
    package let motion: CameraMotionSettings
    package let objects: CameraObjects
    /// As they were written, in the structure of `edge.toml`: what stays away has its standard.
    private let written: Written

    private struct Written: Sendable, Equatable {
        var camera: [String: SettingsValue] = [:]
        var motion: [String: SettingsValue] = [:]
        var objects: [String: SettingsValue] = [:]
    }

    package static func == (one: CameraRuntimeSettings, other: CameraRuntimeSettings) -> Bool {
        one.name == other.name && one.snapshots == other.snapshots && one.faces == other.faces && one.recording == other.recording
            && one.motion == other.motion && one.objects == other.objects
    }

    /// The settings of a camera of `edge.toml`.
    package init(_ camera: CameraSettings) {
        name = camera.name
        snapshots = camera.snapshots
        faces = camera.faces
        recording = camera.recording
        motion = camera.motion
        objects = camera.objects
        written = Written()
    }

    /// Settings from the hub.
    /// - Parameters:
    ///   - camera: Its id, for which it is called where no name is given.
    ///   - labels: Of the detector; nil where they cannot be told.
    /// - Throws: `SettingsError` with every fault, by the hub's keys.
    package init(json: [UInt8], camera: String, labels: Set<String>?) throws {
        let root: [String: SettingsValue]
        do throws(JSONError) { root = try SettingsValue.table(JSONObject(json)) } catch {
            throw SettingsError(origin: "the hub", problems: [.init(key: "", message: "cannot be read: \(error)")])
        }
        let problems = ProblemList()
        let table = TableReader(SettingsDocument(root: root, origin: "the hub"), keys: Self.keys, problems: problems)
        name = CameraSettings.name(table) ?? camera
        snapshots = table.boolean("snapshots") ?? true
        faces = table.boolean("faces") ?? false
        recording = CameraSettings.recording(table)
        motion = CameraMotionSettings(table, zones: Self.zones)
        objects = CameraObjects(table.table(Self.objects), labels: labels, zones: motion.zones.map(\.name), limits: Self.limits)
        var written = Written()
        for (key, value) in root where value != .array([]) {
            switch key {
            case _ where Self.plainKeys.contains(key): written.camera[key] = value
            case Self.zones: written.motion["zone"] = value
            case Self.objects:
                guard case .table(var table) = value else { continue }
                table["limit"] = table.removeValue(forKey: Self.limits)
                written.objects = table.filter { $0.value != .array([]) }
            default: written.motion[key] = value
            }
        }
        self.written = written
        try problems.check(origin: "the hub")
    }

    private static let zones = "zones"
    private static let objects = "objects"
    private static let limits = "limits"
    /// Those that stand in `[[camera]]` itself.
    private static let plainKeys = ["name", "snapshots", "faces", "recording", "preroll", "postroll", "sound"]

    /// The hub's keys: those of the file without their tables.
    package static let keys: [KeyDescription] =
        (CameraSettings.keys.filter { plainKeys.contains(String($0.name.dropFirst("camera.".count))) }
        + CameraMotionSettings.keys + CameraZone.keys + CameraObjects.keys)
        .map { key in
            let name = key.name.replacing("camera.motion.zone.", with: "\(zones).").replacing("camera.motion.", with: "")
                .replacing("camera.objects.limit.", with: "\(objects).\(limits).").replacing("camera.", with: "")
            return KeyDescription(name, key.type, standard: key.standard, inArray: true)
        }

    /// The table of a camera with these settings in it, all else as it was.
    package func table(over old: [String: SettingsValue]) -> [String: SettingsValue] {
        var table = old
        for key in Self.plainKeys { table[key] = written.camera[key] }
        table["motion"] = written.motion.isEmpty && old["motion"] == nil ? nil : .table(written.motion)
        table["objects"] = written.objects.isEmpty && old["objects"] == nil ? nil : .table(written.objects)
        return table
    }

    /// All of them as the hub's JSON, keys sorted; `objects` only where they are not all standard.
    package var json: [UInt8] {
        var table: [String: SettingsValue] = [
            "name": .string(name), "snapshots": .boolean(snapshots), "faces": .boolean(faces),
            "sensitivity": .integer(Int64(motion.sensitivity)),
            "recording": .string(recording.mode.rawValue), "preroll": .number(recording.preroll), "postroll": .number(recording.postroll),
            "sound": .boolean(recording.sound),
            "gate": .boolean(motion.gate), "masks": .array(motion.masks.map(Self.polygon)),
        ]
        table["minimum_area"] = motion.minimumArea.map { .number($0) }
        table["minimum_duration"] = motion.minimumDuration.map { .number($0) }
        table[Self.zones] = .array(
            motion.zones.map { zone in
                var out: [String: SettingsValue] = ["name": .string(zone.name), "polygon": Self.polygon(zone.polygon)]
                out["sensitivity"] = zone.sensitivity.map { .integer(Int64($0)) }
                out["minimum_area"] = zone.minimumArea.map { .number($0) }
                out["minimum_duration"] = zone.minimumDuration.map { .number($0) }
                out["kinds"] = zone.kinds.map { .array($0.map { .string($0.rawValue) }) }
                out["loitering"] = zone.loitering.map { .number($0) }
                out["inertia"] = zone.inertia.map { .integer(Int64($0)) }
                return .table(out)
            })
        if objects != CameraObjects() { table[Self.objects] = Self.table(objects) }
        var out: [UInt8] = []
        SettingsValue.table(table).appendJSON(to: &out)
        return out
    }

    /// Whether nobody has chosen any of them but the name.
    package var isStandard: Bool {
        snapshots && !faces && recording == RecordingPlan(mode: .continuous)
            && motion
                == CameraMotionSettings(TableReader(SettingsDocument(root: [:], origin: ""), keys: Self.keys, problems: ProblemList()))
            && objects == CameraObjects()
    }

    /// Another text for other settings.
    package var digest: String { Digest.text(of: json) }

    private static func table(_ objects: CameraObjects) -> SettingsValue {
        var table: [String: SettingsValue] = [:]
        func list(_ key: String, _ labels: some Collection<String>) {
            if !labels.isEmpty { table[key] = .array(labels.sorted().map { .string($0) }) }
        }
        list("pets", objects.kinds.filter { $0.value == .pet }.keys)
        list("wildlife", objects.kinds.filter { $0.value == .wildlife }.keys)
        list("ignored", objects.ignored)
        if !objects.limits.isEmpty { table[limits] = .array(objects.limits.map { .table(Self.table($0)) }) }
        return .table(table)
    }

    private static func table(_ limit: ObjectLimit) -> [String: SettingsValue] {
        var table: [String: SettingsValue] = ["of": .string(limit.name)]
        table["zone"] = limit.zone.map { .string($0) }
        table["minimum_score"] = limit.minimumScore.map { .number($0) }
        table["minimum_size"] = limit.minimumSize.map { .number($0) }
        table["maximum_size"] = limit.maximumSize.map { .number($0) }
        table["minimum_aspect"] = limit.minimumAspect.map { .number($0) }
        table["maximum_aspect"] = limit.maximumAspect.map { .number($0) }
        return table
    }

    private static func polygon(_ points: [FramePoint]) -> SettingsValue {
        .array(points.map { .array([.number($0.x), .number($0.y)]) })
    }
}
