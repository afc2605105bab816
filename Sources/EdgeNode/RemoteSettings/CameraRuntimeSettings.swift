import Protocol
package import Settings
import Trust
import Vision

/// The settings of a camera that can change while it runs, and that the hub may change: all but its id and its source.
///
/// The hub's JSON is flat: the keys of `[[camera]]` and of `[camera.motion]` side by side, and `zones` for `[[camera.motion.zone]]`. It is
/// read by the code that reads `edge.toml`, so that the two cannot differ in what they allow.
package struct CameraRuntimeSettings: Sendable, Equatable {
    package let name: String
    package let snapshots: Bool
    package let faces: Bool
    package let recording: RecordingPlan
    package let motion: CameraMotionSettings
    /// As they were written, in the structure of `edge.toml`: what stays away has its standard.
    private let written: Written

    private struct Written: Sendable, Equatable {
        var camera: [String: SettingsValue] = [:]
        var motion: [String: SettingsValue] = [:]
    }

    package static func == (one: CameraRuntimeSettings, other: CameraRuntimeSettings) -> Bool {
        one.name == other.name && one.snapshots == other.snapshots && one.faces == other.faces && one.recording == other.recording
            && one.motion == other.motion
    }

    /// The settings of a camera of `edge.toml`.
    package init(_ camera: CameraSettings) {
        name = camera.name
        snapshots = camera.snapshots
        faces = camera.faces
        recording = camera.recording
        motion = camera.motion
        written = Written()
    }

    /// Settings from the hub.
    /// - Parameter camera: Its id, for which it is called where no name is given.
    /// - Throws: `SettingsError` with every fault, by the hub's keys.
    package init(json: [UInt8], camera: String) throws {
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
        var written = Written()
        for (key, value) in root where value != .array([]) {
            switch key {
            case _ where Self.plainKeys.contains(key): written.camera[key] = value
            case Self.zones: written.motion["zone"] = value
            default: written.motion[key] = value
            }
        }
        self.written = written
        try problems.check(origin: "the hub")
    }

    private static let zones = "zones"
    /// Those that stand in `[[camera]]` itself.
    private static let plainKeys = ["name", "snapshots", "faces", "recording", "preroll", "postroll", "sound"]

    /// The hub's keys: those of the file without their tables.
    package static let keys: [KeyDescription] =
        (CameraSettings.keys.filter { plainKeys.contains(String($0.name.dropFirst("camera.".count))) }
        + CameraMotionSettings.keys + CameraZone.keys)
        .map { key in
            let name = key.name.replacing("camera.motion.zone.", with: "zones.").replacing("camera.motion.", with: "").replacing(
                "camera.", with: "")
            return KeyDescription(name, key.type, standard: key.standard, inArray: true)
        }

    /// The table of a camera with these settings in it, all else as it was.
    package func table(over old: [String: SettingsValue]) -> [String: SettingsValue] {
        var table = old
        for key in Self.plainKeys { table[key] = written.camera[key] }
        table["motion"] = written.motion.isEmpty && old["motion"] == nil ? nil : .table(written.motion)
        return table
    }

    /// All of them as the hub's JSON, keys sorted.
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
        var out: [UInt8] = []
        SettingsValue.table(table).appendJSON(to: &out)
        return out
    }

    /// Whether nobody has chosen any of them but the name.
    package var isStandard: Bool {
        snapshots && !faces && recording == RecordingPlan(mode: .continuous)
            && motion
                == CameraMotionSettings(TableReader(SettingsDocument(root: [:], origin: ""), keys: Self.keys, problems: ProblemList()))
    }

    /// Another text for other settings.
    package var digest: String { Digest.text(of: json) }

    private static func polygon(_ points: [FramePoint]) -> SettingsValue {
        .array(points.map { .array([.number($0.x), .number($0.y)]) })
    }
}
