import Base
import Foundation
import Logging
import Media
import MediaTypes
import Protocol
import Recording
import TestSupport
import Testing

@testable import EdgeNode

@Suite struct RecordedSoundTests {
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func fragments(_ fixture: RecordingFixture, _ row: SegmentRow) throws -> (SoundTrack?, [FragmentRecord]) {
        let index = [UInt8](try Data(contentsOf: URL(filePath: "\(fixture.recordings)/\(row.sidecar)")))
        let sidecar = try #require(SidecarCodec.read(index, start: { _ in row.start }))
        guard case .header(let header) = try SegmentHeader.parse(sidecar.head) else { return (nil, []) }
        return (header.sound, sidecar.entries.map(\.fragment))
    }

    /// Packets of two minutes and a half, with a frame of sound every 64 ms, which comes later than its picture; each frame's bytes are its number.
    private func play(
        _ fixture: RecordingFixture, seconds: Range<Double>, lag: Double, sound: SoundInfo = SoundInfo(configuration: [0x14, 0x08])
    ) {
        var stream = fixture.clip.stream(generation: 0)
        stream.sound = sound
        var next = Int((seconds.lowerBound / 0.064).rounded(.up))
        for var packet in fixture.clip.packets(seconds, zero: fixture.zero) {
            fixture.go(to: packet.timestamp)
            while Double(next) * 0.064 + lag <= packet.decodeTime.seconds {
                packet.sound.append(
                    SoundFrame(time: MediaTime(seconds: Double(next) * 0.064), data: [UInt8(next >> 8), UInt8(next & 255), 7]))
                next += 1
            }
            fixture.session?.take(.packet(packet, stream))
        }
    }

    @Test("Nothing of the sound is missing or doubled between two segments, however late it comes", arguments: [0, 0.3, -0.3])
    func seams(lag: Double) throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        play(fixture, seconds: 0..<150, lag: lag)
        fixture.end()
        let rows = try fixture.segments
        #expect(rows.count == 3)
        var numbers: [Int] = []
        for row in rows {
            let (track, fragments) = try fragments(fixture, row)
            #expect(track?.sampleRate == 16_000)
            let plain = try fixture.plaintext(row)
            var end: Int64?
            for fragment in fragments {
                var at = Int(fragment.offset) + fragment.headerLength
                for run in fragment.runs {
                    if run.track == .sound {
                        if let end { #expect(run.decodeTime == end) }
                        end = run.decodeTime + run.duration
                        var place = at
                        for sample in run.samples {
                            numbers.append(Int(plain[place]) << 8 | Int(plain[place + 1]))
                            place += sample.size
                        }
                    }
                    at += run.size
                }
            }
        }
        #expect(numbers == Array(0..<numbers.count))
        #expect(Double(numbers.count) * 0.064 > 149.5)
    }

    @Test("A camera that is to be recorded without sound is, from the next packet on, and with it again from the next segment")
    func isSwitchedOff() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        play(fixture, seconds: 0..<5, lag: 0)
        fixture.session?.take(.change(RecordingPlan(mode: .continuous, sound: false)))
        play(fixture, seconds: 5..<70, lag: 0)
        fixture.session?.take(.change(RecordingPlan(mode: .continuous)))
        play(fixture, seconds: 70..<130, lag: 0)
        fixture.end()
        let segments = try fixture.segments.map { try fragments(fixture, $0) }
        #expect(segments.map { $0.0 != nil } == [true, false, true])
        let heard = segments.map { $0.1.flatMap(\.runs).filter { $0.track == .sound }.reduce(0) { $0 + $1.samples.count } }
        #expect((75...79).contains(heard[0]) && heard[1] == 0 && heard[2] > 100)
    }

    @Test("What waits from before the sound was switched off is recorded without it")
    func isLeftOutOfWhatWaits() throws {
        let fixture = try RecordingFixture()
        fixture.start(.event)
        play(fixture, seconds: 0..<20, lag: 0)
        fixture.session?.take(.change(RecordingPlan(mode: .event, sound: false)))
        fixture.moves(19..<20, isOver: true)
        play(fixture, seconds: 20..<40, lag: 0)
        fixture.end()
        let segments = try fixture.segments.map { try fragments(fixture, $0) }
        #expect(segments.count == 1 && segments[0].0 == nil)
        #expect(segments.flatMap { $0.1.flatMap(\.runs) }.allSatisfy { $0.track == .video })
    }

    /// When each beep begins in a file's sound, and when its keyframes are shown, in seconds of the file.
    private func beeps(_ file: String, in folder: TemporaryDirectory) throws -> (heard: [Double], keyframes: [Double]) {
        let raw = folder.path("sound.raw")
        try TestClips.run([
            "-copyts", "-i", file, "-map", "0:a", "-ac", "1", "-ar", "8000", "-af", "aresample=async=1:first_pts=0", "-f", "f32le", raw,
        ])
        let samples = try Data(contentsOf: URL(filePath: raw)).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        var heard: [Double] = []
        var quiet = 0
        for window in stride(from: 0, to: samples.count - 40, by: 40) {
            let isLoud = samples[window..<window + 40].contains { abs($0) > 0.2 }
            if isLoud, quiet > 40 { heard.append(Double(window) / 8000) }
            quiet = isLoud ? 0 : quiet + 1
        }
        var demuxer = try Demuxer(MediaSource(file), stop: StopFlag())
        var keyframes: [Double] = []
        // Segments with sound begin their pictures later than at zero.
        while let packet = try demuxer.next() {
            if packet.isKeyframe { keyframes.append(packet.presentationTime.seconds + Double(FragmentAssembler.lead)) }
        }
        return (heard, keyframes)
    }

    @Test(
        "What a camera lets be heard over RTSP is recorded with the picture that it belongs to",
        arguments: [TestClips.Sound.aac, .muLaw, .aLaw])
    func isRecorded(sound: TestClips.Sound) async throws {
        var recipe = TestClips.Recipe()
        recipe.sound = sound
        recipe.container = "mkv"
        let server = try await RTSPServer([.init(path: "cam", file: TestClips.shared.clip(recipe), sound: sound)])
        let folder = try TemporaryDirectory("recordings")
        let library = try RecordingLibrary(folder: folder.path("r"))
        let place = RecordingPlace(
            library: library, reserve: 0, keys: { .success(RecordingKeys(site: "home", node: "porch", recipients: [])) })
        let recorder = CameraRecorder(
            camera: "door", plan: RecordingPlan(mode: .continuous), place: place, clock: SystemClock(), metrics: Metrics(), logger: logger)
        var configuration = CameraConfiguration(id: "door", source: try MediaSource(server.url("cam")))
        configuration.sound = true
        let camera = CameraService(configuration, consumers: [recorder], logger: logger)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await recorder.run() }
            group.addTask {
                await camera.run()
                recorder.close()
            }
            try await eventually("packets") { camera.statistics.packets >= 120 }
            group.cancelAll()
        }
        await server.stop()
        let row = try #require(try library.allSegments().first)
        let (heard, keyframes) = try beeps("\(library.folder)/\(row.file)", in: folder)
        #expect(heard.count >= 6)
        for beep in heard {
            let nearest = keyframes.map { abs($0 - beep) }.min() ?? .infinity
            #expect(nearest < 0.06, "a beep at \(beep) is \(nearest) s away from its picture")
        }
    }
}
