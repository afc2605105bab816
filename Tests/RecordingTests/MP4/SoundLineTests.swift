import MediaTypes
import Recording
import Testing

@Suite struct SoundLineTests {
    private let track = try? SoundTrack(configuration: [0x14, 0x08])

    private func frame(_ seconds: Double) -> SoundFrame { SoundFrame(time: MediaTime(seconds: seconds), data: [1]) }

    @Test("Frames lie one behind the other, whatever small error their times have")
    func isSteady() throws {
        var line = SoundLine(try #require(track), origin: MediaTime(seconds: 100))
        #expect(line.place(frame(100.01)) == 160)
        #expect(line.place(frame(100.05)) == 1_184)
        #expect(line.place(frame(100.19)) == 2_208)
    }

    @Test("Where frames are missing there is a hole, and what comes twice is left out")
    func jumps() throws {
        var line = SoundLine(try #require(track), origin: MediaTime(seconds: 0))
        #expect(line.place(frame(0)) == 0)
        #expect(line.place(frame(1)) == 16_000)
        #expect(line.place(frame(0.5)) == nil)
        #expect(line.place(frame(0.9)) == nil)
        #expect(line.place(frame(1.07)) == 17_024)
    }

    @Test("What lies ahead of the track is left out, and what lies in its lead is not")
    func lead() throws {
        var line = SoundLine(try #require(track), origin: MediaTime(seconds: 100), lead: 1)
        #expect(line.place(frame(98.5)) == nil)
        #expect(line.place(frame(99.5)) == 8_000)
        var plain = SoundLine(try #require(track), origin: MediaTime(seconds: 100))
        #expect(plain.place(frame(99.5)) == nil)
    }

    @Test(
        "A configuration says how long a frame is",
        arguments: [([0x14, 0x08], 1_024), ([0x14, 0x0c], 960), ([0x15, 0x88], 1_024)] as [([UInt8], Int)])
    func length(configuration: [UInt8], expected: Int) throws {
        #expect(try SoundTrack(configuration: configuration).frameLength == expected)
    }
}
