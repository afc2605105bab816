import Base

/// An input and when it came: what waits for the store must not look later than it was.
struct PresenceArrival: Sendable {
    var input: PresenceInput
    var now: Timestamp
    var uptime: Double

    init(_ input: PresenceInput, _ clock: any WallClock) {
        self.input = input
        now = clock.now
        uptime = clock.uptime
    }
}
