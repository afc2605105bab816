import Base
import Testing

@testable import Hub

@Suite struct SignInThrottleTests {
    private static let start = Timestamp(microseconds: 1_790_000_000_000_000)
    private let key = SignInThrottle.Key.account("admin", from: "192.0.2.1")

    private func wait(_ failures: Int, _ key: SignInThrottle.Key, after seconds: Double = 0) -> Int? {
        SignInThrottle.wait(.init(failures: failures, last: Self.start), of: key, now: Self.start.advanced(bySeconds: seconds))
    }

    @Test func `Five failures are free, then the waits double up to five minutes`() {
        #expect((0..<16).map { wait($0, key) } == [nil, nil, nil, nil, nil, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        #expect(wait(1000, key, after: 299.5) == 1 && wait(1000, key, after: 300) == nil)
    }

    @Test func `An address has twenty failures, and codes have ten, of which screens wait a minute at most`() {
        #expect(wait(19, .address("192.0.2.1")) == nil && wait(20, .address("192.0.2.1")) == 1)
        for key in [SignInThrottle.Key.codes("admin"), .recovery("admin")] { #expect(wait(9, key) == nil && wait(10, key) == 1) }
        #expect(wait(9, .pairings(from: "192.0.2.1")) == nil && wait(1000, .pairings(from: "192.0.2.1")) == 60)
        #expect(wait(1000, .codes("admin")) == 3600 && wait(1000, .recovery("admin")) == 300)
    }

    @Test func `A clock that was set back locks nobody out until it has caught up; replicas' clocks may differ a little`() {
        #expect(wait(5, key, after: -86_400) == nil && wait(1000, key, after: -300) == nil)
        #expect(wait(5, key, after: -0.5) == 1 && wait(1000, key, after: -200) == 300)
    }

    @Test func `A count is forgotten after two hours`() {
        let count = SignInThrottle.Count(failures: 7, last: Self.start)
        #expect(SignInThrottle.counted(nil, now: Self.start).failures == 1)
        #expect(SignInThrottle.counted(count, now: Self.start.advanced(bySeconds: 7200)).failures == 8)
        #expect(SignInThrottle.counted(count, now: Self.start.advanced(bySeconds: 7201)).failures == 1)
    }

    @Test func `Keys are of a network, an account or both, and say none of it`() {
        let one = SignInThrottle.Key.address("2001:db8:1:2:3:4:5:6")
        #expect(one == .address("2001:db8:1:2::1") && one != .address("2001:db8:1:3::1"))
        #expect(SignInThrottle.Key.address("::ffff:192.0.2.1") == .address("192.0.2.1"))
        #expect(SignInThrottle.Key.address("192.0.2.1") != .address("192.0.2.2"))
        #expect(key != .account("admin", from: "192.0.2.2") && key != .account("other", from: "192.0.2.1"))
        #expect(SignInThrottle.Key.codes("a").hash != SignInThrottle.Key.address("a").hash)
        #expect(key.hash.count == 32)
    }
}
