private import Foundation
private import Glibc

/// A file that is written and read at any place, by any number of threads; what was never written reads as zeros. Nothing in it outlives a
/// power cut: it is a cache.
package final class SparseFile: Sendable {
    /// What the system refused.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String

        init(_ step: String, _ path: String) { description = "cannot \(step) \(path): \(String(cString: strerror(errno)))" }
    }

    package let path: String
    private let descriptor: Int32

    /// Makes an empty file of mode 0600, in the place of one that is there.
    package init(_ path: String) throws(Failure) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("make", path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    package func write(_ bytes: ArraySlice<UInt8>, at place: Int64) throws(Failure) {
        guard PlacedWrite.all(bytes, to: descriptor, at: place) else { throw Failure("write", path) }
    }

    /// - Returns: Fewer bytes where the file ends.
    package func read(_ range: Range<Int64>) throws(Failure) -> [UInt8] {
        var done = 0
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while done < range.count {
                let count = pread(
                    descriptor, buffer.baseAddress?.advanced(by: done), range.count - done, off_t(range.lowerBound) + off_t(done))
                if count < 0, errno == EINTR { continue }
                failed = count < 0
                if count <= 0 { break }
                done += count
            }
            filled = done
        }
        if failed { throw Failure("read", path) }
        return bytes
    }

    /// Takes its name away; who has it open can still read it.
    package func remove() { unlink(path) }
}
