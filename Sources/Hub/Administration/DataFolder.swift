private import Base
package import Foundation
private import Glibc

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
    package var playback: URL { url.appending(path: "playback", directoryHint: .isDirectory) }
    package var broker: URL { url.appending(path: "broker", directoryHint: .isDirectory) }

    /// Holds the folder until the value is released.
    package final class Lock: Sendable {
        private let descriptor: Int32

        fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }
    }

    /// Takes the folder for this process.
    /// - Throws: `AdministrationError` while another process has it; the kernel frees it when that one ends, however it ends.
    package func lock() throws -> Lock {
        let path = url.appending(path: "hub.lock").path
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw AdministrationError("Cannot open \(path): check that the folder is writable by this user.") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw AdministrationError("Another vigilar-hub uses \(url.path): stop it first, or choose another --data.")
        }
        return Lock(descriptor: descriptor)
    }
}
