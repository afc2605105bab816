package import Foundation
private import Glibc

/// Files and folders that only their owner may open, from the moment they exist.
package enum PrivateFile {
    /// Why a file could not be written; the text says what to do and nothing of what was to be written.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Makes a folder of mode 0700, parents included; narrows one that exists.
    /// - Throws: What the file system says.
    package static func makeFolder(_ folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
    }

    /// Writes a file of mode 0600. A file that exists is replaced in one step, and after a power cut the old one or the new one is there.
    /// - Throws: `Failure`.
    package static func write(_ text: String, to file: URL) throws(Failure) { try write(Array(text.utf8), to: file) }

    /// Writes a file of mode 0600, as the one above.
    /// - Throws: `Failure`.
    package static func write(_ bytes: [UInt8], to file: URL) throws(Failure) {
        let temporary = try writeTemporary(bytes, for: file)
        guard rename(temporary, file.path) == 0 else {
            unlink(temporary)
            throw unwritten(file)
        }
        synchronizeFolder(of: file)
    }

    /// Writes a file of mode 0600 where there is none of this name: whole, or not at all.
    /// - Throws: `Failure`, also where there is one, which stays as it was.
    package static func writeNew(_ bytes: [UInt8], to file: URL) throws(Failure) {
        try moveNew(try writeTemporary(bytes, for: file), to: file)
    }

    /// Gives a file, safe on the disk under a temporary name in the same folder, its name where there is none of this name.
    /// - Parameter temporary: Its path. Nothing has this name afterwards, whatever becomes of the other.
    /// - Throws: `Failure`, also where there is one, which stays as it was.
    package static func moveNew(_ temporary: String, to file: URL) throws(Failure) {
        // A second name, unlike a new one, never takes the place of a file.
        var isThere = link(temporary, file.path) == 0
        if !isThere, [EPERM, EOPNOTSUPP, ENOSYS].contains(errno) {
            // Disks with FAT, as many that are carried about, know one name for each file.
            isThere = access(file.path, F_OK) != 0 && rename(temporary, file.path) == 0
            if !isThere, access(file.path, F_OK) == 0 { errno = EEXIST }
        }
        let reason = errno
        unlink(temporary)
        guard isThere else {
            guard reason == EEXIST else { throw unwritten(file) }
            throw Failure(description: "\(file.path) exists, and is not overwritten: choose another name.")
        }
        synchronizeFolder(of: file)
    }

    /// - Returns: The path of a file beside `file` with these bytes, safe on the disk.
    private static func writeTemporary(_ bytes: [UInt8], for file: URL) throws(Failure) -> String {
        let temporary = file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).new").path
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(description: "Cannot write \(file.path): check that the folder exists and is writable.")
        }
        var isWritten = bytes.withUnsafeBytes { rest in
            var rest = rest[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
        isWritten = fsync(descriptor) == 0 && isWritten
        close(descriptor)
        guard isWritten else {
            unlink(temporary)
            throw unwritten(file)
        }
        return temporary
    }

    private static func unwritten(_ file: URL) -> Failure {
        Failure(description: "Cannot write \(file.path): check that the folder is writable and the disk not full.")
    }

    /// The name is safe only when the folder is.
    private static func synchronizeFolder(of file: URL) {
        let parent = open(file.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return }
        fsync(parent)
        close(parent)
    }
}
