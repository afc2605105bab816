import Base
import Foundation
import Protocol

/// What a node remembers of the hub's settings: `settings.json` in its data folder.
struct SettingsMemory: Sendable {
    /// Of one camera.
    struct Camera: Sendable, Hashable, Codable {
        /// The last one that was taken in.
        var revision: Int64
        /// Of the settings that came from the hub: those in force, and while the configuration file is being written those before as well.
        var digests: [String]
    }

    private struct Content: Codable {
        var cameras: [String: Camera] = [:]
        /// Of the last change of cameras.
        var number: Int64 = 0
    }

    private let file: URL
    private var content: Content

    /// Reads what was kept; nothing where there is no file.
    /// - Throws: `RemoteSettingsError` where it cannot be read: without it old messages of the hub could be sent again.
    init(folder: String) throws(RemoteSettingsError) {
        file = URL(filePath: folder, directoryHint: .isDirectory).appending(path: "settings.json")
        content = Content()
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        do { content = try NodeJSON.decode(Content.self, from: Array(Data(contentsOf: file))) } catch {
            throw RemoteSettingsError("\(file.path) cannot be read: move it away, and send the settings again")
        }
    }

    subscript(camera: String) -> Camera? { content.cameras[camera] }

    /// Of the last change of cameras that was taken in.
    var number: Int64 { content.number }

    /// - Throws: `PrivateFile.Failure`.
    mutating func note(_ camera: String, revision: Int64, digests: [String]) throws(PrivateFile.Failure) {
        var new = content
        new.cameras[camera] = Camera(revision: revision, digests: digests)
        try keep(new)
    }

    /// - Throws: `PrivateFile.Failure`.
    mutating func note(number: Int64) throws(PrivateFile.Failure) {
        var new = content
        new.number = number
        try keep(new)
    }

    private mutating func keep(_ new: Content) throws(PrivateFile.Failure) {
        try PrivateFile.write(NodeJSON.encode(new) ?? [], to: file)
        content = new
    }
}
