import Base
import Foundation
import Media
import MediaTypes
import TestSupport
import Testing

@Suite("VideoDecoder")
struct VideoDecoderTests {
    private struct Still {
        var picture: DecodedPicture
        var luma: [UInt8]

        /// The mean of a square of the picture.
        func mean(x: Int, y: Int, side: Int) -> Double {
            var sum = 0
            for row in y..<(y + side) {
                for column in x..<(x + side) { sum += Int(luma[row * picture.lumaStride + column]) }
            }
            return Double(sum) / Double(side * side)
        }
    }

    private func packets(_ path: String) throws -> (StreamInfo, [EncodedPacket]) {
        var options = DemuxOptions()
        options.fileStart = Timestamp(secondsSince1970: 1_800_000_000)
        var demuxer = try Demuxer(MediaSource(path), options: options, stop: StopFlag())
        var packets: [EncodedPacket] = []
        while let packet = try demuxer.next() { packets.append(packet) }
        return (demuxer.stream, packets)
    }

    private func decode(_ packets: [EncodedPacket], _ decoder: inout VideoDecoder) throws -> [Still] {
        var stills: [Still] = []
        func keep(_ picture: DecodedPicture, _ luma: Span<UInt8>) {
            var copy: [UInt8] = []
            for index in luma.indices { copy.append(luma[index]) }
            stills.append(Still(picture: picture, luma: copy))
        }
        for packet in packets { try decoder.decode(packet, keep) }
        try decoder.flush(keep)
        return stills
    }

    @Test(
        "Every picture comes once, in the order of display, with the time of its packet",
        arguments: [("libx264", 0), ("libx264", 3), ("libx265", 2), ("mjpeg", 0)])
    func everyPicture(encoder: String, bFrames: Int) throws {
        var recipe = TestClips.Recipe()
        recipe.encoder = encoder
        recipe.bFrames = bFrames
        recipe.container = "mkv"
        let (stream, packets) = try packets(TestClips.shared.clip(recipe))
        var decoder = try VideoDecoder(stream, mode: .full)
        let stills = try decode(packets, &decoder)
        #expect(stills.count == 60)
        #expect(stills.map(\.picture.presentationTime) == packets.map(\.presentationTime).sorted())
        let stamps = Dictionary(uniqueKeysWithValues: packets.map { ($0.presentationTime, $0.timestamp) })
        #expect(stills.allSatisfy { stamps[$0.picture.presentationTime] == $0.picture.timestamp })
        #expect(stills.allSatisfy { $0.luma.count == $0.picture.lumaStride * 239 + 320 && !$0.picture.isDamaged })
    }

    @Test(
        "The luma is the picture's: the white box is where it was drawn", arguments: ["yuv420p", "yuv422p", "yuv420p10le"],
        [DecodeMode.full, .motion])
    func content(format: String, mode: DecodeMode) throws {
        var recipe = TestClips.Recipe()
        recipe.encoder = "libx265"
        recipe.extra = ["-pix_fmt", format]
        let (stream, packets) = try packets(TestClips.shared.clip(recipe))
        var decoder = try VideoDecoder(stream, mode: mode)
        let stills = try decode(packets, &decoder)
        #expect(decoder.rejected == 0)
        // Two seconds in, the box of 48 pixels has moved 80 pixels to the right, at a third of the height.
        let still = try #require(stills.first { $0.picture.presentationTime.seconds >= 1.99 })
        #expect(still.mean(x: 90, y: 90, side: 30) > 220)
        #expect(still.mean(x: 200, y: 90, side: 30) < 150)
        #expect(!still.picture.isFullRange)
    }

    @Test("After a reset decoding starts at any keyframe")
    func reset() throws {
        let (stream, packets) = try packets(TestClips.shared.clip())
        var decoder = try VideoDecoder(stream, mode: .motion)
        let first = try decode(Array(packets[..<20]), &decoder)
        decoder.reset()
        let second = try decode(Array(packets[30..<45]), &decoder)
        #expect(first.count == 20 && second.count == 15)
        #expect(second[0].picture.presentationTime == packets[30].presentationTime)
        #expect(second.allSatisfy { !$0.picture.isDamaged })
    }

    @Test("Bytes that are no pictures are counted and give none")
    func garbage() throws {
        let (stream, packets) = try packets(TestClips.shared.clip())
        var decoder = try VideoDecoder(stream, mode: .full)
        var generator = SeededGenerator(seed: 11)
        for size in [0, 1, 3, 4, 5, 100, 5000] {
            var packet = packets[0]
            packet.data = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            try decoder.decode(packet) { _, _ in }
        }
        #expect(decoder.rejected >= 4)
        decoder.reset()
        #expect(try decode(Array(packets[15..<30]), &decoder).count == 15)
    }

    @Test("Opening and decoding over and over holds no memory")
    func memory() throws {
        var recipe = TestClips.Recipe()
        (recipe.width, recipe.height, recipe.seconds) = (1920, 1080, 1)
        let clip = try TestClips.shared.clip(recipe)
        func round() throws {
            let (stream, packets) = try packets(clip)
            var decoder = try VideoDecoder(stream, mode: .motion)
            var shown = 0
            for packet in packets { try decoder.decode(packet) { _, _ in shown += 1 } }
            #expect(shown == 15)
        }
        func residentMegabytes() throws -> Int {
            let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
            return (Int(fields[1]) ?? 0) * 4096 / 1_048_576
        }
        for _ in 0..<5 { try round() }
        let before = try residentMegabytes()
        for _ in 0..<40 { try round() }
        // One picture of 3 MB left behind a round would be 120 MB.
        #expect(try residentMegabytes() - before < 60)
    }
}
