private import Synchronization

/// Counts the calls that wait or run, and refuses those beyond a bound: each holds an input in memory.
final class WaitingLimit: Sendable {
    private let bound: Int
    private let count = Mutex(0)

    init(_ bound: Int) { self.bound = bound }

    /// - Returns: Whether there was room; `leave` has to follow then.
    func enter() -> Bool {
        count.withLock { count in
            guard count < bound else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
