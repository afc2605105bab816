import Base
import Testing

@testable import Media

@Suite("OpeningTimes")
struct OpeningTimesTests {
    private func run(_ times: [Int64?]) -> [Int64?] {
        var opening = OpeningTimes()
        var out: [RawPacket] = []
        for time in times {
            let packet = RawPacket(presentation: time, isKeyframe: false, data: [], arrival: Timestamp(microseconds: 0))
            out += opening.take(packet, frameDuration: 10)
        }
        return (out + opening.release(frameDuration: 10)).map(\.presentation)
    }

    @Test(
        "The first picture is one frame before the earliest of the next few",
        arguments: [
            ([100, 110, 120], [100, 110, 120]),
            ([nil, 110, 120, 130, 140, 150, 160], [100, 110, 120, 130, 140, 150, 160]),
            ([nil, 130, 110, 120, 160, 140, 150], [100, 130, 110, 120, 160, 140, 150]),
            ([nil, nil, 110, 120], [90, 100, 110, 120]),
            ([nil, nil], [nil, nil]),
        ] as [([Int64?], [Int64?])]
    )
    func first(times: [Int64?], expected: [Int64?]) {
        #expect(run(times) == expected)
    }

    @Test("A stream without any times is not held back for ever")
    func never() {
        var opening = OpeningTimes()
        var count = 0
        for _ in 0..<40 {
            let packet = RawPacket(isKeyframe: false, data: [], arrival: Timestamp(microseconds: 0))
            count += opening.take(packet, frameDuration: 10).count
        }
        #expect(count == 40)
    }
}
