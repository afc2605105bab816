import Foundation
import Glibc
import TestSupport
import Testing

@testable import Base

@Suite struct FolderLockTests {
    /// Another descriptor of the same open file, as a child process has that was forked a moment ago.
    private static func copy(of file: String) throws -> Int32 {
        let descriptor = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }.first {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == file
        }
        let copy = dup(try #require(descriptor))
        try #require(copy >= 0)
        return copy
    }

    @Test func `One holds it at a time, and it is free once let go of, also while a child has the file open`() throws {
        let folder = try TemporaryDirectory("lock")
        let file = folder.path("lock")
        #expect(!FolderLock.isHeld(file))
        var lock = try FolderLock(file)
        #expect(lock != nil && FolderLock.isHeld(file))
        let second = try FolderLock(file)
        #expect(second == nil && FolderLock.isHeld(file))
        let child = try Self.copy(of: file)
        defer { close(child) }
        lock = nil
        #expect(!FolderLock.isHeld(file))
        let third = try FolderLock(file)
        #expect(third != nil)
    }
}
