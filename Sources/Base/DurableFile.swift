private import Foundation
private import Glibc

/// A file that is written from its beginning on and never read: what is in it for good is what was there at the last `synchronize`.
///
/// Used by one thread at a time.
package struct DurableFile: ~Copyable, Sendable {
    /// What the system refused.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// `errno`.
        package let code: Int32
        /// Which step, on which file, and why.
        package let description: String

        init(_ step: String, _ path: String) {
            code = errno
            description = "cannot \(step) \(path): \(String(cString: strerror(code)))"
        }

        /// Whether there is no room, or no room for this user.
        package var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }
    }

    package let path: String
    /// Bytes written so far.
    package private(set) var length: Int64 = 0
    private let descriptor: Int32

    /// Makes a file of mode 0600; one that exists is refused.
    package init(creating path: String) throws(Failure) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        self.path = path
        guard descriptor >= 0 else { throw Failure("make", path) }
    }

    /// Opens one to write behind its first `length` bytes; what is beyond them is cut off.
    package init(appendingTo path: String, length: Int64) throws(Failure) {
        descriptor = open(path, O_WRONLY | O_CLOEXEC)
        self.path = path
        self.length = length
        guard descriptor >= 0 else { throw Failure("open", path) }
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw Failure("cut", path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Writes all of it. After an error the file's end is undefined: only what was synchronized before is there.
    package mutating func append(_ bytes: [UInt8]) throws(Failure) {
        guard PlacedWrite.all(bytes[...], to: descriptor, at: length) else { throw Failure("write", path) }
        length += Int64(bytes.count)
    }

    /// Waits until everything written is on the disk.
    package func synchronize() throws(Failure) {
        guard fdatasync(descriptor) == 0 else { throw Failure("synchronize", path) }
    }

    /// Makes folders of mode 0700, each synchronized into its parent, below one that exists.
    package static func makeFolders(_ names: [String], in folder: String) throws(Failure) {
        var path = folder
        for name in names {
            let parent = path
            path += "/\(name)"
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Failure("make", path) }
            // Also one that exists: who made it may have been killed before it came to this.
            try synchronizeFolder(parent)
        }
    }

    /// Makes a folder of mode 0700, and those above it that are missing, all synchronized into their parents.
    package static func makeFolder(_ path: String) throws(Failure) {
        let parent = parent(of: path)
        if parent != path { try makeFolder(parent) }
        if mkdir(path, 0o700) == 0 { return try synchronizeFolder(parent) }
        guard errno == EEXIST else { throw Failure("make", path) }
        // Who made it may have been killed before it came to this; one whose parent this user cannot open was made by somebody else.
        try? synchronizeFolder(parent)
    }

    private static func parent(of path: String) -> String {
        let path = path.last == "/" ? path.dropLast() : path[...]
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Waits until everything that anybody has written into a file is on the disk.
    package static func synchronizeFile(_ path: String) throws(Failure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure("open", path) }
        defer { close(descriptor) }
        guard fdatasync(descriptor) == 0 else { throw Failure("synchronize", path) }
    }

    /// Waits until the names in a folder are on the disk.
    /// - Parameter mayBeMissing: Whether one that is not there is fine.
    package static func synchronizeFolder(_ path: String, mayBeMissing: Bool = false) throws(Failure) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0, mayBeMissing, errno == ENOENT || errno == ENOTDIR { return }
        guard descriptor >= 0 else { throw Failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure("synchronize", path) }
    }

    /// Takes a name away; one that is not there is fine.
    package static func remove(_ path: String) throws(Failure) {
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else { throw Failure("remove", path) }
    }

    /// Bytes that this user may still write on a folder's file system; nil where it cannot be told.
    package static func freeBytes(at folder: String) -> Int64? {
        var figures = statvfs()
        guard statvfs(folder, &figures) == 0 else { return nil }
        return Int64(clamping: UInt64(figures.f_bavail).multipliedReportingOverflow(by: UInt64(figures.f_frsize)).partialValue)
    }
}
