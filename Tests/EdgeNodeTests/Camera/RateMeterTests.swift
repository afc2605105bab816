import Testing

@testable import EdgeNode

@Suite("RateMeter")
struct RateMeterTests {
    @Test("A steady stream has its rates", arguments: [(15.0, 4000), (30, 20_000), (1, 500)])
    func steady(rate: Double, bytes: Int) {
        var meter = RateMeter()
        for frame in 0..<Int(rate * 10) { meter.count(bytes: bytes, at: Double(frame) / rate) }
        let rates = meter.rates(at: 10)
        #expect(abs(rates.frameRate - rate) <= rate * 0.3)
        #expect(abs(rates.bitRate - rate * Double(bytes) * 8) <= rate * Double(bytes) * 8 * 0.3)
    }

    @Test("A silent stream falls to zero")
    func silent() {
        var meter = RateMeter()
        for frame in 0..<100 { meter.count(bytes: 100, at: Double(frame) / 10) }
        _ = meter.rates(at: 12)
        _ = meter.rates(at: 15)
        #expect(meter.rates(at: 18).frameRate == 0)
    }
}
