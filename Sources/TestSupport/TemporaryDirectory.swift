import Foundation

/// A folder for one test, removed with everything in it when this object goes away.
package final class TemporaryDirectory: Sendable {
    /// The folder's absolute path.
    package let path: String

    /// - Parameter name: Shown in the folder's name.
    /// - Throws: What the file system reported.
    package init(_ name: String = "test") throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vigilar-\(name)-\(UUID().uuidString.prefix(12))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in the folder.
    package func path(_ name: String) -> String { "\(path)/\(name)" }
}
