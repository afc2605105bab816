import Foundation

/// Paths as a configuration writes them.
package enum FilePlace {
    /// Where a relative path of a flag or a variable starts.
    package static var workingDirectory: String { FileManager.default.currentDirectoryPath }

    /// An absolute, tidy path.
    package static func absolute(_ path: String, from folder: String) -> String {
        if path.hasPrefix("/") { return URL(fileURLWithPath: path).standardized.path }
        return URL(fileURLWithPath: folder, isDirectory: true).appendingPathComponent(path).standardized.path
    }
}
