import Base

/// Looks now and then whether whoever an answer goes to may still have it: an answer that goes on for hours must end with the right to it.
struct SessionWatch: Sendable {
    /// Seconds from one look to the next; with `SessionCache.freshness` it makes less than 5 s.
    private static let interval = 1.5

    private let session: SessionRecord?
    private let accounts: Accounts
    private let clock: any WallClock
    private var looked: Double

    init(_ session: SessionRecord?, _ accounts: Accounts, _ clock: any WallClock) {
        self.session = session
        self.accounts = accounts
        self.clock = clock
        looked = clock.uptime
    }

    /// Whether the session has ended, or its rights are others. Where the store does not answer nobody is cut off.
    mutating func isOver() async -> Bool {
        guard let session, clock.uptime - looked > Self.interval else { return false }
        looked = clock.uptime
        return await !accounts.goesOn(session)
    }
}
