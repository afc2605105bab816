package import Base
package import Foundation

/// The hub's data folder: where its files lie, and the lock that lets one hub use it at a time.
package struct DataFolder: Sendable {
    package let url: URL

    /// Makes the folder with mode 0700 where it is missing.
    package init(_ path: String) throws {
        url = URL(filePath: path, directoryHint: .isDirectory).absoluteURL
        if !FileManager.default.fileExists(atPath: url.path) { try PrivateFile.makeFolder(url) }
    }

    package var socket: URL { url.appending(path: "hub.sock") }
    package var database: URL { url.appending(path: "hub.sqlite") }
    package var erasures: URL { url.appending(path: "erasures.json") }
    package var playback: URL { url.appending(path: "playback", directoryHint: .isDirectory) }
    package var broker: URL { url.appending(path: "broker", directoryHint: .isDirectory) }

    /// Takes the folder for this process.
    /// - Throws: `AdministrationError` while another process has it; the kernel frees it when that one ends, however it ends.
    package func lock() throws -> FolderLock {
        let path = url.appending(path: "hub.lock").path
        let lock: FolderLock?
        do { lock = try FolderLock(path) } catch {
            throw AdministrationError("Cannot open \(path): check that the folder is writable by this user.")
        }
        guard let lock else {
            throw AdministrationError("Another vigilar-hub uses \(url.path): stop it first, or choose another --data.")
        }
        return lock
    }
}
