import Foundation
import Synchronization

/// Ends blocking calls of one camera's thread: by a request from outside, or by the deadline that the thread has set itself.
///
/// libav asks it many times a second while it waits, so both are plain atomics. One flag serves one source after the other.
package final class StopFlag: Sendable {
    private let stopped = Atomic<Bool>(false)
    /// Nanoseconds of the monotonic clock.
    private let deadline = Atomic<UInt64>(.max)
    private let condition = NSCondition()

    package init() {}

    /// Whether the end was asked for.
    package var isStopped: Bool { stopped.load(ordering: .acquiring) }

    /// Asks for the end; every blocking call and `pause` returns soon.
    package func stop() {
        condition.withLock {
            stopped.store(true, ordering: .releasing)
            condition.broadcast()
        }
    }

    /// Waits on the calling thread.
    /// - Returns: false when it was cut short by `stop`.
    @discardableResult
    package func pause(seconds: Double) -> Bool {
        let limit = Date(timeIntervalSinceNow: max(0, min(seconds, 86_400)))
        return condition.withLock {
            while !isStopped {
                if !condition.wait(until: limit) { return !isStopped }
            }
            return false
        }
    }

    /// Whether the call that is under way has to end now.
    var mustEnd: Bool { isStopped || DispatchTime.now().uptimeNanoseconds > deadline.load(ordering: .relaxed) }

    /// Sets the time by which the next blocking call has to end.
    func allow(seconds: Double) {
        let nanoseconds = UInt64(max(0, min(seconds, 86_400)) * 1e9)
        deadline.store(DispatchTime.now().uptimeNanoseconds &+ nanoseconds, ordering: .relaxed)
    }
}
