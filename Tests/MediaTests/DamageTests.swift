import Foundation
import Media
import MediaTypes
import TestSupport
import Testing

@Suite("Damaged streams")
struct DamageTests {
    private struct Outcome {
        var packets: [EncodedPacket] = []
        var pictures: [DecodedPicture] = []
        var streams: [StreamInfo] = []
        var counters = DemuxCounters()
        var rejected = 0
    }

    private func readAll(_ path: String) throws -> Outcome {
        var outcome = Outcome()
        var demuxer = try Demuxer(MediaSource(path), stop: StopFlag())
        outcome.streams = [demuxer.stream]
        var decoder = try VideoDecoder(demuxer.stream, mode: .full)
        while let packet = try demuxer.next() {
            if packet.generation != outcome.streams.last?.generation {
                try decoder.flush { picture, _ in outcome.pictures.append(picture) }
                outcome.rejected += decoder.rejected
                decoder = try VideoDecoder(demuxer.stream, mode: .full)
                outcome.streams.append(demuxer.stream)
            }
            outcome.packets.append(packet)
            try decoder.decode(packet) { picture, _ in outcome.pictures.append(picture) }
        }
        try decoder.flush { picture, _ in outcome.pictures.append(picture) }
        outcome.rejected += decoder.rejected
        outcome.counters = demuxer.counters
        return outcome
    }

    private func write(_ bytes: [UInt8], to folder: TemporaryDirectory, as name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name)))
        return folder.path(name)
    }

    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    @Test("A file of garbage is an error that says so", arguments: ["mp4", "mkv", "ts", "h264", "jpg"])
    func garbage(ending: String) throws {
        let folder = try TemporaryDirectory("garbage")
        var generator = SeededGenerator(seed: 3)
        let path = try write((0..<200_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }, to: folder, as: "a.\(ending)")
        let error = #expect(throws: MediaError.self) { _ = try Demuxer(MediaSource(path), stop: StopFlag()) }
        #expect([.invalidData, .unsupported, .refused].contains(error?.code), "\(String(describing: error))")
    }

    @Test("An empty file is an error")
    func empty() throws {
        let folder = try TemporaryDirectory("empty")
        let path = try write([], to: folder, as: "a.mp4")
        #expect(throws: MediaError.self) { _ = try Demuxer(MediaSource(path), stop: StopFlag()) }
    }

    @Test("A file that was cut off is read as far as it goes", arguments: ["mkv", "ts"])
    func truncated(container: String) throws {
        var recipe = TestClips.Recipe()
        recipe.container = container
        let folder = try TemporaryDirectory("cut")
        let whole = try bytes(TestClips.shared.clip(recipe))
        let outcome = try readAll(write(Array(whole[..<(whole.count / 2)]), to: folder, as: "a.\(container)"))
        #expect((10..<60).contains(outcome.packets.count))
        #expect(outcome.pictures.count >= outcome.packets.count - 2)
    }

    @Test("Garbage in the middle is survived: the pictures after it are there", arguments: ["mkv", "ts", "h264"])
    func garbageInside(container: String) throws {
        var recipe = TestClips.Recipe()
        recipe.container = container
        let folder = try TemporaryDirectory("hole")
        var damaged = try bytes(TestClips.shared.clip(recipe))
        var generator = SeededGenerator(seed: 5)
        let middle = damaged.count * 2 / 5
        for index in middle..<(middle + damaged.count / 10) { damaged[index] = UInt8(truncatingIfNeeded: generator.next()) }
        let outcome = try readAll(write(damaged, to: folder, as: "a.\(container)"))
        #expect(outcome.pictures.count >= 25, "\(outcome.pictures.count) of 60")
        #expect(outcome.packets.last?.isKeyframe == false)
        #expect(zip(outcome.packets, outcome.packets.dropFirst()).allSatisfy { $0.decodeTime < $1.decodeTime })
        #expect(
            outcome.pictures.contains { $0.isDamaged } || outcome.rejected > 0 || outcome.counters.corrupt > 0 || outcome.packets.count < 60
        )
    }

    @Test("Random damage everywhere never crashes", arguments: 0..<6)
    func sprinkled(seed: Int) throws {
        var recipe = TestClips.Recipe()
        recipe.container = ["mp4", "mkv", "ts", "h264", "flv", "hevc"][seed]
        if seed == 5 { recipe.encoder = "libx265" }
        let folder = try TemporaryDirectory("sprinkled")
        let whole = try bytes(TestClips.shared.clip(recipe))
        var generator = SeededGenerator(seed: seed)
        for round in 0..<8 {
            var damaged = whole
            for _ in 0..<(1 << round) {
                damaged[Int(generator.next() % UInt64(damaged.count))] = UInt8(truncatingIfNeeded: generator.next())
            }
            do {
                let outcome = try readAll(write(damaged, to: folder, as: "a.\(recipe.container)"))
                #expect(zip(outcome.packets, outcome.packets.dropFirst()).allSatisfy { $0.decodeTime < $1.decodeTime })
            } catch let error as MediaError {
                #expect(!error.description.isEmpty)
            }
        }
    }

    @Test("A change of size inside a stream starts a generation with its own decoder", arguments: ["h264", "ts", "hevc"])
    func parameterChange(container: String) throws {
        var small = TestClips.Recipe()
        small.container = container
        small.seconds = 2
        if container == "hevc" { small.encoder = "libx265" }
        var large = small
        (large.width, large.height) = (640, 480)
        let folder = try TemporaryDirectory("change")
        let parts = try [small, large, small].map { try bytes(TestClips.shared.clip($0)) }
        let outcome = try readAll(write(parts.flatMap { $0 }, to: folder, as: "a.\(container)"))
        #expect(outcome.streams.map(\.width) == [320, 640, 320])
        #expect(outcome.streams.map(\.generation) == [0, 1, 2])
        #expect(outcome.counters.parameterChanges == 2)
        #expect(outcome.pictures.count { $0.width == 640 } >= 28)
        #expect(outcome.pictures.count { $0.width == 320 } >= 56)
        #expect(outcome.packets.allSatisfy { $0.generation <= 2 })
        if container == "ts" { #expect(outcome.counters.clockJumps == 2) }
    }

    @Test("Sound beside the picture is left out")
    func sound() throws {
        let folder = try TemporaryDirectory("sound")
        let path = folder.path("a.mp4")
        try TestClips.run([
            "-i", TestClips.shared.clip(), "-f", "lavfi", "-i", "sine=d=4", "-c:v", "copy", "-c:a", "aac", "-shortest", path,
        ])
        let outcome = try readAll(path)
        #expect(outcome.packets.count >= 58 && outcome.pictures.count == outcome.packets.count)
    }

    @Test("A file with nothing but sound has no video")
    func onlySound() throws {
        let folder = try TemporaryDirectory("sound")
        let path = folder.path("a.mp4")
        try TestClips.run(["-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", path])
        let error = #expect(throws: MediaError.self) { _ = try Demuxer(MediaSource(path), stop: StopFlag()) }
        #expect(error?.code == .unsupported)
    }

    @Test("A codec that is not read is named as such")
    func otherCodec() throws {
        let folder = try TemporaryDirectory("codec")
        let path = folder.path("a.mp4")
        try TestClips.run(["-f", "lavfi", "-i", "testsrc=d=1", "-c:v", "mpeg4", path])
        let error = #expect(throws: MediaError.self) { _ = try Demuxer(MediaSource(path), stop: StopFlag()) }
        #expect(error?.code == .unsupported)
    }
}
