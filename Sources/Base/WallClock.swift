private import Foundation

/// Where the present comes from. Logic takes one instead of asking the system, so that its tests own the time.
package protocol WallClock: Sendable {
    /// The present in UTC; may jump when the machine's clock is set.
    var now: Timestamp { get }
    /// Seconds since an arbitrary start; never goes back.
    var uptime: Double { get }
}

/// The machine's own clock.
package struct SystemClock: WallClock {
    package init() {}

    package var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package var uptime: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
