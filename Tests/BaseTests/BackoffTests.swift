import Base
import Testing

@Suite("Backoff")
struct BackoffTests {
    @Test("doubles up to its maximum, and draws from the upper half of each step")
    func grows() {
        var backoff = Backoff(base: 2, maximum: 60)
        for ceiling in [2.0, 4, 8, 16, 32, 60, 60, 60] {
            let wait = backoff.next()
            #expect(wait >= ceiling / 2 && wait <= ceiling)
        }
    }

    @Test("begins anew after a success")
    func resets() {
        var backoff = Backoff(base: 1, maximum: 100)
        for _ in 0..<6 { _ = backoff.next() }
        backoff.reset()
        #expect(backoff.next() <= 1)
    }
}
