import Foundation
import Synchronization

/// Ends blocking calls of one camera's thread: by a request from outside, or by the deadline that the thread has set itself.
///
/// libav asks it many times a second while it waits, so both are plain atomics. One flag serves one source after the other.
package final class StopFlag: Sendable {
    private let stopped = Atomic<Bool>(false)
    /// Nanoseconds of the monotonic clock.
    private let deadline = Atomic<UInt64>(.max)
    /// The read and the write end of a pipe: `poll` waits by the monotonic clock, where a condition would follow the wall clock and
    /// sleep for an hour when that is set back by one. Both are -1, and waits end by time alone, when no descriptor was left.
    private let wake: (read: Int32, write: Int32)

    package init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { ends = [-1, -1] }
        for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (ends[0], ends[1])
    }

    deinit {
        if wake.read >= 0 { close(wake.read) }
        if wake.write >= 0 { close(wake.write) }
    }

    /// Whether the end was asked for.
    package var isStopped: Bool { stopped.load(ordering: .acquiring) }

    /// Asks for the end; every blocking call and `pause` returns soon.
    package func stop() {
        guard !stopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        // The byte stays in the pipe: every later `pause` returns at once.
        var byte: UInt8 = 0
        if wake.write >= 0 { _ = write(wake.write, &byte, 1) }
    }

    /// Waits on the calling thread.
    /// - Returns: false when it was cut short by `stop`.
    @discardableResult
    package func pause(seconds: Double) -> Bool {
        let end = DispatchTime.now().uptimeNanoseconds &+ UInt64(max(0, min(seconds, 86_400)) * 1e9)
        while !isStopped {
            let now = DispatchTime.now().uptimeNanoseconds
            if now >= end { return true }
            var descriptor = pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0)
            _ = poll(&descriptor, 1, Int32(clamping: (end - now + 999_999) / 1_000_000))
        }
        return false
    }

    /// Whether the call that is under way has to end now.
    var mustEnd: Bool { isStopped || DispatchTime.now().uptimeNanoseconds > deadline.load(ordering: .relaxed) }

    /// Sets the time by which the next blocking call has to end.
    func allow(seconds: Double) {
        let nanoseconds = UInt64(max(0, min(seconds, 86_400)) * 1e9)
        deadline.store(DispatchTime.now().uptimeNanoseconds &+ nanoseconds, ordering: .relaxed)
    }
}
