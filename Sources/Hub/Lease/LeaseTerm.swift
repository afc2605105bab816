private import Synchronization

/// A lease and until when this process may believe in it, by its own monotonic clock counted from before the asking: never later
/// than the database thinks, unless one of the two clocks runs wrong, and stamping is fenced by the row all the same.
final class LeaseTerm: Sendable {
    let lease: Lease
    private let deadline: Mutex<Double>

    init(lease: Lease, expires: Double) {
        self.lease = lease
        self.deadline = Mutex(expires)
    }

    /// In seconds of `WallClock.uptime`.
    var expires: Double { deadline.withLock { $0 } }

    func extend(to uptime: Double) { deadline.withLock { $0 = max($0, uptime) } }
}
