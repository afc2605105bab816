import Base
import TestSupport
import Testing

@testable import Media

@Suite("CaptureClock")
struct CaptureClockTests {
    private let start = Timestamp(secondsSince1970: 1_800_000_000)

    /// Feeds 25 pictures a second; `delay` is the way's delay of each, `rate` how fast the camera's clock runs.
    private func run(seconds: Double, rate: Double = 1, clock: inout CaptureClock, from: Double = 0, delay: (Double) -> Double) -> [Double]
    {
        stride(from: from, to: from + seconds, by: 0.04).map { real in
            let stamp = clock.timestamp(streamSeconds: real * rate, arrival: start.advanced(bySeconds: real + delay(real)))
            return stamp.seconds(since: start) - real
        }
    }

    @Test("Jitter of the network does not reach the pictures' times")
    func jitter() {
        var clock = CaptureClock()
        var generator = SeededGenerator(seed: 1)
        let errors = run(seconds: 60, clock: &clock) { $0 == 0 ? 0.05 : 0.05 + Double(generator.next() % 400) / 1000 }
        #expect(errors.allSatisfy { abs($0 - 0.05) < 0.03 })
        #expect(clock.anchorings == 1)
    }

    @Test("A camera's clock that runs fast or slow is followed", arguments: [1.0002, 0.9998])
    func drift(rate: Double) {
        var clock = CaptureClock()
        let errors = run(seconds: 3600, rate: rate, clock: &clock) { _ in 0 }
        #expect(errors.allSatisfy { abs($0) < 0.1 })
        #expect(clock.anchorings == 1)
    }

    @Test("The first packet's delay is corrected by the ones after it")
    func lateStart() {
        var clock = CaptureClock()
        let errors = run(seconds: 60, clock: &clock) { $0 < 0.1 ? 0.8 : 0.02 }
        #expect(abs(errors[0] - 0.8) < 0.01)
        #expect(abs((errors.last ?? 1) - 0.02) < 0.01)
        #expect(zip(errors, errors.dropFirst()).allSatisfy { $1 - $0 > -0.04 }, "times never run backwards")
    }

    @Test("When every packet is late by more than the bound for five seconds, the offset is taken anew")
    func parted() {
        var clock = CaptureClock()
        _ = run(seconds: 20, clock: &clock) { _ in 0 }
        let errors = run(seconds: 20, clock: &clock, from: 20) { _ in 3 }
        #expect(abs((errors.last ?? 0) - 3) < 0.1)
        #expect(clock.anchorings == 2)
    }
}
