private import Synchronization

/// How often an account may have its browsers told something for a test: one after another, and not at once. The push services are others', and
/// the queue is everybody's.
final class PushTestGate: Sendable {
    /// Seconds from the end of one to the beginning of the next.
    private static let pause = 10.0

    /// By account, when the next may begin, in seconds of a clock that never goes back; without end while one runs.
    private let next = Mutex<[String: Double]>([:])

    /// Begins one, of which `end` is to be told.
    /// - Returns: Whole seconds to wait where it has not begun; nil where it has.
    func begin(_ account: String, at uptime: Double) -> Int? {
        next.withLock { next -> Int? in
            next = next.filter { uptime < $0.value }
            guard let due = next[account] else {
                next[account] = .infinity
                return nil
            }
            return Int((due.isFinite ? due - uptime : Self.pause).rounded(.up))
        }
    }

    func end(_ account: String, at uptime: Double) { next.withLock { $0[account] = uptime + Self.pause } }
}
