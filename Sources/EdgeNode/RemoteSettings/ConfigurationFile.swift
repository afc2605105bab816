import Base
import Foundation
import Settings

/// A node's `edge.toml`, read anew for each change: somebody may have edited it meanwhile.
package struct ConfigurationFile: Sendable {
    package let path: String
    private let joined: JoinedNode?

    package init(path: String, joined: JoinedNode?) {
        self.path = path
        self.joined = joined
    }

    /// What the file says now.
    struct Content {
        fileprivate let text: String
        let root: [String: SettingsValue]
        let cameras: [CameraSettings]
        /// Of the detector; nil where they cannot be told.
        let labels: Set<String>?

        /// The tables of the cameras, in the order of `cameras`.
        var tables: [[String: SettingsValue]] {
            guard case .array(let elements)? = root["camera"] else { return [] }
            return elements.compactMap { if case .table(let table) = $0 { table } else { nil } }
        }
    }

    /// - Throws: `SettingsError` where the file cannot be read, or would not do for a start of the node.
    func read() throws -> Content {
        guard let data = FileManager.default.contents(atPath: path), data.count <= SettingsDocument.maximumSize,
            let text = String(validating: data, as: UTF8.self)
        else { throw SettingsError(origin: path, problems: [.init(key: "", message: "cannot be read")]) }
        let document = try SettingsDocument(text: text, origin: path, folder: folder)
        let configuration = try EdgeConfiguration(document, purpose: .run, joined: joined)
        return Content(text: text, root: document.root, cameras: configuration.cameras, labels: configuration.detector.labels)
    }

    /// Where relative paths of the file start.
    private var folder: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

    /// Writes other cameras into the file, all else as it is, and reads them as a start of the node would.
    /// - Parameter prepare: Called with the cameras as they will be, once it is certain that they are valid, before the file changes.
    /// - Throws: `SettingsError`, `PrivateFile.Failure`, or what `prepare` throws; the file is as it was then.
    func write(
        cameras tables: [[String: SettingsValue]], over content: Content, prepare: ([CameraSettings]) throws -> Void
    ) throws -> [CameraSettings] {
        var root = content.root
        root["camera"] = tables.isEmpty ? nil : .array(tables.map { .table($0) })
        let text = try TOMLEditor.change(content.text, to: root, origin: path)
        let document = SettingsDocument(root: root, origin: path, folder: folder)
        let cameras = try EdgeConfiguration(document, purpose: .run, joined: joined).cameras
        try prepare(cameras)
        // A link stays one: what it points to is written.
        try PrivateFile.write(text, to: URL(filePath: path).resolvingSymlinksInPath())
        return cameras
    }
}
