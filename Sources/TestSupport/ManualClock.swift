package import Base
private import Synchronization

/// A clock that goes only when a test says so.
package final class ManualClock: WallClock {
    private let state: Mutex<(now: Timestamp, uptime: Double)>

    package init(now: Timestamp = Timestamp(microseconds: 1_790_000_000_000_000), uptime: Double = 0) {
        state = Mutex((now, uptime))
    }

    package var now: Timestamp { state.withLock { $0.now } }
    package var uptime: Double { state.withLock { $0.uptime } }

    /// Somebody sets the time of day.
    package func set(by seconds: Double) { state.withLock { $0.now = $0.now.advanced(bySeconds: seconds) } }

    package func advance(by seconds: Double) {
        state.withLock {
            $0.now = $0.now.advanced(bySeconds: seconds)
            $0.uptime += seconds
        }
    }
}
