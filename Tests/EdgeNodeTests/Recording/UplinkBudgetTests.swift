import Testing

@testable import EdgeNode

@Suite struct UplinkBudgetTests {
    /// Seconds until so many bytes have gone, by one who waits as he is told.
    private func seconds(_ bytes: Int, rate: Double?, pauseAfter: Int = .max) -> Double {
        var budget = UplinkBudget(rate: rate)
        var (now, sent) = (0.0, 0)
        while sent < bytes {
            let piece = min(budget.piece, bytes - sent)
            now += budget.take(piece, at: now)
            sent += piece
        }
        return now
    }

    @Test("Without a limit nobody waits")
    func free() { #expect(seconds(1 << 30, rate: nil) == 0) }

    @Test("All that goes stays at the rate", arguments: [6250.0, 125_000, 12_500_000])
    func rate(_ rate: Double) {
        let bytes = Int(rate * 20)
        let took = seconds(bytes, rate: rate)
        // Half a second of the rate may go at once.
        #expect((19.4...20.1).contains(took), "\(took)")
    }

    @Test("A pause saves up no more than half a second of the rate")
    func burst() {
        var budget = UplinkBudget(rate: 1000)
        _ = budget.take(500, at: 0)
        let (first, second) = (budget.take(500, at: 3600), budget.take(1000, at: 3600))
        #expect(first == 0 && second == 1)
    }

    @Test("Several take turns: each waits for what the others took")
    func shared() {
        var budget = UplinkBudget(rate: 1000)
        _ = budget.take(500, at: 0)
        let waits = (0..<3).map { _ in budget.take(100, at: 0) }
        #expect(waits == [0.1, 0.2, 0.3])
    }

    @Test("A clock that goes back gives nothing away")
    func clock() {
        var budget = UplinkBudget(rate: 1000)
        _ = budget.take(500, at: 100)
        let wait = budget.take(100, at: 50)
        #expect(wait == 0.1)
    }
}
