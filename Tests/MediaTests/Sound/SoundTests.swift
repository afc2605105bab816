import Base
import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Media

@Suite struct SoundTests {
    private func clip(_ sound: TestClips.Sound?, container: String = "mp4") throws -> String {
        var recipe = TestClips.Recipe()
        recipe.sound = sound
        recipe.container = container
        return try TestClips.shared.clip(recipe)
    }

    private func frames(_ demuxer: inout Demuxer, pictures: Int = .max) throws -> [SoundFrame] {
        var out: [SoundFrame] = []
        var left = pictures
        while left > 0, let packet = try demuxer.next() {
            out += packet.sound
            left -= 1
        }
        return out
    }

    private var options: DemuxOptions {
        var options = DemuxOptions()
        options.sound = true
        return options
    }

    @Test("AAC is handed out frame by frame as it is in the file, on the pictures' clock", arguments: ["mp4", "mkv", "ts"])
    func passesThrough(container: String) throws {
        let path = try clip(.aac, container: container)
        let folder = try TemporaryDirectory("sound")
        // What a program that is not ours finds in it.
        try TestClips.run(["-i", path, "-map", "0:a", "-c", "copy", "-f", "adts", folder.path("plain.aac")])
        var expected: [[UInt8]] = []
        var rest = [UInt8](try Data(contentsOf: URL(filePath: folder.path("plain.aac"))))[...]
        while let frame = ADTS.frame(in: Array(rest.prefix(8_000))) {
            expected.append(Array(rest.dropFirst(frame.lowerBound).prefix(frame.count)))
            rest = rest.dropFirst(frame.upperBound)
        }
        var demuxer = try Demuxer(MediaSource(path), options: options, stop: StopFlag())
        #expect(demuxer.stream.sound?.configuration.prefix(2) == [0x14, 0x08])
        let found = try frames(&demuxer)
        // The last ones come behind the last picture.
        #expect(found.count > 55 && expected.count - found.count < 8)
        #expect(found.map(\.data) == Array(expected.prefix(found.count)))
        #expect(abs(found[0].time.seconds) < 0.15)
        for (one, next) in zip(found, found.dropFirst()) { #expect(abs(next.time.seconds - one.time.seconds - 0.064) < 0.002) }
        #expect(demuxer.counters.droppedSounds == 0 && demuxer.unusedSound == nil)
    }

    @Test("G.711 comes out as AAC, without a hole", arguments: [TestClips.Sound.muLaw, .aLaw])
    func encodes(sound: TestClips.Sound) throws {
        var demuxer = try Demuxer(MediaSource(clip(sound, container: "mov")), options: options, stop: StopFlag())
        #expect(demuxer.stream.sound?.configuration.first == 0x15)
        let found = try frames(&demuxer)
        #expect(found.count > 27)
        for (one, next) in zip(found, found.dropFirst()) { #expect(abs(next.time.seconds - one.time.seconds - 0.128) < 0.001) }
        #expect(demuxer.counters.droppedSounds == 0)
    }

    @Test("Sound of another kind is left out and named, and the pictures come all the same")
    func leavesOut() throws {
        var demuxer = try Demuxer(MediaSource(clip(.mp2, container: "mkv")), options: options, stop: StopFlag())
        #expect(demuxer.unusedSound == "mp2" && demuxer.stream.sound == nil)
        var count = 0
        while let packet = try demuxer.next() {
            #expect(packet.sound.isEmpty)
            count += 1
        }
        #expect(count == 60)
    }

    @Test("Nobody who does not ask for it gets sound")
    func isOptional() throws {
        var demuxer = try Demuxer(MediaSource(clip(.aac)), stop: StopFlag())
        #expect(try frames(&demuxer).isEmpty && demuxer.stream.sound == nil)
    }

    @Test("A file that starts over has sound in every round, on a clock that goes on")
    func repeats() throws {
        var options = options
        options.repeatsFile = true
        var demuxer = try Demuxer(MediaSource(clip(.aac)), options: options, stop: StopFlag())
        let found = try frames(&demuxer, pictures: 170)
        #expect(found.count > 150 && demuxer.stream.generation == 0)
        for (one, next) in zip(found, found.dropFirst()) { #expect((-0.05...0.2).contains(next.time.seconds - one.time.seconds)) }
    }

    @Test(
        "Over RTSP sound comes with its pictures",
        arguments: [(TestClips.Sound.aac, 0.064), (.muLaw, 0.128), (.aLaw, 0.128)])
    func overRTSP(sound: TestClips.Sound, step: Double) async throws {
        let server = try await RTSPServer([.init(path: "cam", file: clip(sound, container: "mkv"), sound: sound)])
        var demuxer = try Demuxer(MediaSource(server.url("cam")), options: options, stop: StopFlag())
        var last: EncodedPacket?
        var found: [SoundFrame] = []
        for _ in 0..<75 {
            let packet = try #require(try demuxer.next())
            for frame in packet.sound { #expect(abs(frame.time.seconds - packet.presentationTime.seconds) < 1) }
            if let last { #expect(packet.decodeTime.seconds - last.decodeTime.seconds < 0.2) }
            found += packet.sound
            last = packet
        }
        #expect(Double(found.count) * step > 3.5)
        await server.stop()
    }

    @Test("A camera whose sound has a codec that is not read is seen over RTSP all the same")
    func otherOverRTSP() async throws {
        let server = try await RTSPServer([.init(path: "cam", file: clip(.mp2, container: "mkv"), sound: .mp2)])
        var demuxer = try Demuxer(MediaSource(server.url("cam")), options: options, stop: StopFlag())
        #expect(demuxer.unusedSound == "mp2")
        for _ in 0..<20 { _ = try #require(try demuxer.next()) }
        await server.stop()
    }

    @Test("Each byte of G.711 is what another decoder makes of it", arguments: [(G711.muLaw, "mulaw"), (.aLaw, "alaw")])
    func expands(law: G711, name: String) throws {
        let folder = try TemporaryDirectory("g711")
        try Data(UInt8.min...UInt8.max).write(to: URL(filePath: folder.path("in")))
        try TestClips.run(["-f", name, "-ar", "8000", "-i", folder.path("in"), "-f", "s16le", folder.path("out")])
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.path("out"))))
        for byte in UInt8.min...UInt8.max {
            let expected = Int16(bitPattern: UInt16(bytes[2 * Int(byte)]) | UInt16(bytes[2 * Int(byte) + 1]) << 8)
            #expect(law.expand(byte) == Float(expected) / 32_768)
        }
    }
}
