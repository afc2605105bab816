private import Glibc

/// A lock file in a folder that one process holds at a time. The kernel frees it when that process ends, however it ends.
package final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, without waiting.
    /// - Parameter file: The lock file's path; made with mode 0600 where it is missing.
    /// - Returns: Nil where another process has it.
    /// - Throws: `DurableFile.Failure` where the file cannot be opened.
    package init?(_ file: String) throws(DurableFile.Failure) {
        descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DurableFile.Failure("open", file) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    /// Whether another process has the lock. Makes no file, so that whoever asks leaves none that is his.
    package static func isHeld(_ file: String) -> Bool {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { release(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    deinit { if descriptor >= 0 { Self.release(descriptor) } }

    /// Closing alone would leave the lock to a child process that was forked meanwhile, until that runs another program.
    private static func release(_ descriptor: Int32) {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
