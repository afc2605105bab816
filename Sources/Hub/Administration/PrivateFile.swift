package import Foundation
private import Glibc

/// Files and folders that only their owner may open, from the moment they exist.
package enum PrivateFile {
    /// Makes a folder of mode 0700, parents included; narrows one that exists.
    package static func makeFolder(_ folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
    }

    /// Writes a file of mode 0600. A file that exists is replaced in one step.
    package static func write(_ text: String, to file: URL) throws {
        let temporary = file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).new")
        try? FileManager.default.removeItem(at: temporary)
        guard FileManager.default.createFile(atPath: temporary.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else {
            throw AdministrationError("Cannot write \(file.path): check that the folder exists and is writable.")
        }
        guard unsafe rename(temporary.path, file.path) == 0 else {
            throw AdministrationError("Cannot write \(file.path): check that the folder is writable and the disk not full.")
        }
    }
}
