import MediaTypes
import Testing

@testable import EdgeNode

@Suite struct FrameNumberingTests {
    private func time(_ frame: Int) -> MediaTime { MediaTime(nanoseconds: Int64(frame) * 40_000_000) }

    @Test("Frames are numbered in the order of display, whatever the order of decoding")
    func reordered() {
        var numbering = FrameNumbering()
        for frame in [0, 4, 2, 1, 3, 8, 6, 5, 7] { numbering.note(time(frame)) }
        #expect((0...8).map { numbering.number(of: time($0)) } == Array(0...8))
        #expect(numbering.count == 9)
    }

    @Test("A clock that starts anew does not start the count anew")
    func newClock() {
        var numbering = FrameNumbering()
        for frame in 0..<10 { numbering.note(time(frame)) }
        numbering.startOver()
        for frame in 0..<5 { numbering.note(time(frame)) }
        #expect(numbering.number(of: time(4)) == 14)
    }

    @Test("Long streams keep their count though old times are forgotten")
    func long() {
        var numbering = FrameNumbering()
        for frame in 0..<20_000 { numbering.note(time(frame)) }
        #expect(numbering.number(of: time(19_000)) == 19_000)
        #expect(numbering.count == 20_000)
    }
}
