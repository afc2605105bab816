import TestSupport
import Testing

@testable import Media

@Suite("TimestampMender")
struct TimestampMenderTests {
    private typealias Times = (decode: Int64?, presentation: Int64?)
    private static let frame: Int64 = 40_000_000

    private func mend(_ times: [Times]) -> [TimestampMender.Result] {
        var mender = TimestampMender(frameDuration: Self.frame)
        return times.map { mender.mend(decode: $0.decode, presentation: $0.presentation, duration: nil) }
    }

    private func isSteady(_ results: [TimestampMender.Result]) -> Bool {
        zip(results, results.dropFirst()).allSatisfy { $0.decode < $1.decode } && results.allSatisfy { $0.decode <= $0.presentation }
    }

    @Test("A sound stream begins at zero and is left alone")
    func sound() {
        let results = mend((0..<10).map { (9_000 + $0 * Self.frame, 9_000 + $0 * Self.frame) })
        #expect(results.map(\.decode) == (0..<10).map { $0 * Self.frame })
        #expect(results.allSatisfy { !$0.isMended && !$0.isJump })
    }

    @Test("Reordered pictures keep their distance from their decode times")
    func reordered() {
        let order: [Int64] = [0, 3, 1, 2, 6, 4, 5]
        let results = mend(order.enumerated().map { (Int64($0.offset - 2) * Self.frame, $0.element * Self.frame) })
        #expect(results.map(\.presentation) == order.map { $0 * Self.frame })
        #expect(results.allSatisfy { !$0.isMended })
        #expect(isSteady(results))
    }

    @Test("Missing decode times of reordered pictures are made up")
    func missingDecodeTimes() {
        let order: [Int64] = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8]
        let results = mend(order.map { (nil, $0 * Self.frame) })
        #expect(isSteady(results))
        #expect(zip(results, order).allSatisfy { abs($0.presentation - $1 * Self.frame) < 1000 })
    }

    @Test("Without any times pictures follow each other by the usual time")
    func none() {
        let results = mend(Array(repeating: (nil, nil), count: 5))
        #expect(results.map(\.decode) == (0..<5).map { $0 * Self.frame })
        #expect(results.allSatisfy { $0.isMended })
    }

    @Test("Times that repeat or run back a little are mended in place")
    func small() {
        let results = mend([0, 1, 1, 0, 4, 5].map { ($0 * Self.frame, $0 * Self.frame) })
        #expect(isSteady(results))
        #expect(results.map(\.isMended) == [false, false, true, true, false, false])
        #expect(results[5].decode == 5 * Self.frame)
        #expect(results.allSatisfy { !$0.isJump })
    }

    @Test("After a jump the clock goes on by a frame", arguments: [-3_600_000_000_000, 86_400_000_000_000, -1_100_000_000] as [Int64])
    func jump(distance: Int64) {
        let start: Int64 = 7_200_000_000_000
        let before = (0..<10).map { start + $0 * Self.frame }
        let results = mend((before + before.map { $0 + distance }).map { ($0, $0) })
        #expect(results.map(\.decode) == (0..<20).map { $0 * Self.frame })
        #expect(results.filter(\.isJump).count == 1 && results[10].isJump)
    }

    @Test("Starting over goes on by a frame and keeps the lead of the presentation time")
    func startOver() {
        var mender = TimestampMender(frameDuration: Self.frame)
        var results: [TimestampMender.Result] = []
        for _ in 0..<2 {
            mender.startOver()
            for index in 0..<5 as Range<Int64> {
                results.append(mender.mend(decode: (index - 1) * Self.frame, presentation: index * Self.frame, duration: nil))
            }
        }
        #expect(results.map(\.presentation) == (0..<10).map { $0 * Self.frame })
        #expect(results.allSatisfy { !$0.isMended && !$0.isJump })
    }

    @Test("Any numbers come out steady")
    func noise() {
        var generator = SeededGenerator(seed: 42)
        let extremes: [Int64?] = [nil, .min, .max, .min + 1, 1 << 61, -(1 << 61), (1 << 61) - 1, 0, -1]
        var times: [Times] = []
        for _ in 0..<20_000 {
            func number() -> Int64? {
                switch generator.next() % 4 {
                case 0: extremes[Int(generator.next() % UInt64(extremes.count))]
                case 1: Int64(bitPattern: generator.next())
                default: Int64(generator.next() % 20_000_000_000) - 5_000_000_000
                }
            }
            times.append((number(), number()))
        }
        #expect(isSteady(mend(times)))
    }
}
