import Base
import Hub
import Testing

@Suite struct SignInThrottleTests {
    private let start = Timestamp(microseconds: 1_790_000_000_000_000)

    @Test("Five failures are free, then the waits double up to five minutes")
    func doubling() {
        var throttle = SignInThrottle()
        var waits: [Int?] = []
        for _ in 0..<16 {
            waits.append(throttle.wait(account: "admin", address: "a", now: start))
            throttle.failed(account: "admin", address: "a", now: start)
        }
        #expect(waits == [nil, nil, nil, nil, nil, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        #expect(throttle.wait(account: "admin", address: "a", now: start.advanced(bySeconds: 301)) == nil)
    }

    @Test("Another address is not made to wait, and a success clears the count")
    func separate() {
        var throttle = SignInThrottle()
        for _ in 0..<6 { throttle.failed(account: "admin", address: "a", now: start) }
        #expect(throttle.wait(account: "admin", address: "b", now: start) == nil)
        throttle.succeeded(account: "admin", address: "a")
        #expect(throttle.wait(account: "admin", address: "a", now: start) == nil)
    }

    @Test("One address that tries many accounts has to wait too")
    func sweep() {
        var throttle = SignInThrottle()
        for number in 0..<20 { throttle.failed(account: "user\(number)", address: "a", now: start) }
        #expect(throttle.wait(account: "another", address: "a", now: start) == 1)
    }

    @Test("The table stays bounded, and what failed last stays in it")
    func bounded() {
        var throttle = SignInThrottle(capacity: 10)
        for number in 0..<1000 {
            throttle.failed(account: "user", address: "\(number)", now: start.advanced(bySeconds: Double(number) / 1000))
        }
        let now = start.advanced(bySeconds: 1)
        for _ in 0..<5 { throttle.failed(account: "user", address: "last", now: now) }
        #expect(throttle.wait(account: "user", address: "last", now: now) == 1)
    }

    @Test("A clock that was set back locks nobody out for longer than the wait")
    func clockBack() {
        var throttle = SignInThrottle()
        for _ in 0..<5 { throttle.failed(account: "admin", address: "a", now: start) }
        #expect(throttle.wait(account: "admin", address: "a", now: start.advanced(bySeconds: -86_400)) == 1)
    }
}
