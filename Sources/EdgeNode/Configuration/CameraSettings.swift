package import Media
import Settings

/// One camera of a node: a table `[[camera]]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `id` | id, unique in the installation | required |
/// | `name` | text of at most 100 characters | the id |
/// | `source` | URL (`rtsp`, `rtsps`, `http`, `https`) or path of a video file | one of the two is required |
/// | `source_file` | path of a file that only its owner may read, holding the source | one of the two is required |
/// | `sub_source`, `sub_source_file` | as those: the small stream of a camera that has two | none |
/// | `snapshots` | boolean: send the hub a picture of every event | true |
/// | `faces` | boolean: read faces, for the hub to know people by | false |
/// | `recording` | `continuous`, `event` or `off` | `continuous` |
/// | `preroll` | number 0–60, seconds before an event that are kept with it | 10 |
/// | `postroll` | number 0–600, seconds after it | 10 |
/// | `sound` | boolean: record the camera's sound too | true |
/// | `[camera.motion]` | ``CameraMotionSettings`` | all standard |
/// | `[camera.objects]` | ``CameraObjects`` | all standard |
package struct CameraSettings: Sendable, Equatable {
    /// The camera's id, unique in the installation.
    package let id: String
    /// What people call it.
    package let name: String
    /// Where its video comes from: an address or a file. Prints without credentials.
    package let source: MediaSource
    /// Where its small stream comes from, which is analysed in the place of the other; nil where it has one.
    package let subSource: MediaSource?
    /// Whether the hub gets a picture of its events.
    package let snapshots: Bool
    /// Whether faces are read in it.
    package let faces: Bool
    /// When it is recorded.
    package let recording: RecordingPlan
    /// How motion is looked for in it.
    package let motion: CameraMotionSettings
    /// What is looked for in it.
    package let objects: CameraObjects

    static let keys = [
        KeyDescription("camera.id", "id", standard: nil, inArray: true),
        KeyDescription("camera.name", "text", standard: "the id", inArray: true),
        KeyDescription("camera.source", "URL or path", standard: nil, inArray: true),
        KeyDescription("camera.source_file", "path", standard: "none", inArray: true),
        KeyDescription("camera.sub_source", "URL or path", standard: "none", inArray: true),
        KeyDescription("camera.sub_source_file", "path", standard: "none", inArray: true),
        KeyDescription("camera.snapshots", "boolean", standard: "true", inArray: true),
        KeyDescription("camera.faces", "boolean", standard: "false", inArray: true),
        KeyDescription("camera.recording", "continuous, event or off", standard: "continuous", inArray: true),
        KeyDescription("camera.preroll", "number 0–60", standard: "10", inArray: true),
        KeyDescription("camera.postroll", "number 0–600", standard: "10", inArray: true),
        KeyDescription("camera.sound", "boolean", standard: "true", inArray: true),
    ]

    /// - Parameters:
    ///   - taken: The ids of the cameras before this one; its own joins them.
    ///   - labels: Of the detector; nil where they cannot be told.
    /// - Returns: Nil where there is no usable id or source; why is reported to the reader, like all else that is wrong.
    init?(_ table: TableReader, taken: inout Set<String>, labels: Set<String>?) {
        let id = table.id("id")
        if !table.has("id") { table.fail("id", "is missing: give this camera an id, such as id = \"porch-cam\"") }
        if let id, !taken.insert(id).inserted { table.fail("id", "\"\(id)\" is taken by another camera") }
        let name = Self.name(table)
        let source = Self.source("source", table)
        subSource = Self.source("sub_source", isNeeded: false, table)
        snapshots = table.boolean("snapshots") ?? true
        faces = table.boolean("faces") ?? false
        recording = Self.recording(table)
        motion = CameraMotionSettings(table.table("motion"))
        objects = CameraObjects(table.table("objects"), labels: labels, zones: motion.zones.map(\.name))
        guard let id, let source else { return nil }
        self.id = id
        self.name = name ?? id
        self.source = source
    }

    /// What people call a camera; nil where the table does not say.
    static func name(_ table: TableReader) -> String? {
        let name = table.string("name")
        if let name, name.count > 100 || name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            table.fail("name", "must be a text of at most 100 characters without control characters")
        }
        return name
    }

    /// When a camera is recorded.
    static func recording(_ table: TableReader) -> RecordingPlan {
        let text = table.string("recording")
        let mode = text.map { RecordingMode(rawValue: $0) } ?? .continuous
        if mode == nil {
            table.fail("recording", "must be one of \(RecordingMode.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return RecordingPlan(
            mode: mode ?? .continuous, preroll: table.number("preroll", in: 0...60) ?? 10,
            postroll: table.number("postroll", in: 0...600) ?? 10, sound: table.boolean("sound") ?? true)
    }

    /// - Parameter key: Of the address; that of the file in which it stands ends with `_file`.
    private static func source(_ key: String, isNeeded: Bool = true, _ table: TableReader) -> MediaSource? {
        let fileKey = "\(key)_file"
        switch (table.has(key), table.has(fileKey)) {
        case (true, true): table.fail(fileKey, "stands beside \(key): keep one of the two")
        case (false, false): if isNeeded { table.fail(key, "is missing: name the camera's address (rtsp://…) or a file") }
        case (true, false):
            return table.string(key).flatMap { source($0, key: key, table) }
        case (false, true):
            guard let path = table.path(fileKey) else { break }
            switch SecretFile.read(path: path) {
            case .success(let text): return source(text, key: fileKey, table)
            case .failure(let refusal): table.fail(fileKey, "\(refusal)")
            }
        }
        return nil
    }

    /// Messages name the key and never quote the source.
    private static func source(_ text: String, key: String, _ table: TableReader) -> MediaSource? {
        let address = text.contains(#/^[A-Za-z][A-Za-z0-9+.,-]+:/#) ? text : table.resolved(text, of: key)
        do throws(MediaError) {
            return try MediaSource(address)
        } catch {
            table.fail(key, error.message)
            return nil
        }
    }
}
