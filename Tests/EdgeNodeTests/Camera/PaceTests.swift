import Testing

@testable import EdgeNode

@Suite("Pace")
struct PaceTests {
    @Test("A packet is due as long after the start as its decode time is after the first one")
    func due() {
        var pace = Pace(start: 100)
        #expect(pace.wait(for: -0.08, uptime: 100) == 0)
        #expect(abs(pace.wait(for: 0.92, uptime: 100.25) - 0.75) < 1e-9)
        #expect(pace.wait(for: 1, uptime: 105) < 0)
        #expect(pace.wait(for: 1e9, uptime: 105) == 10)
    }
}
