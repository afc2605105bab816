import Base
import Foundation
import Logging
import Media
import MediaTypes
import Protocol
import Recording
import Synchronization
import TestSupport
import Testing

@testable import EdgeNode

/// Keeps the packets that it is handed.
private final class PacketLog: PacketConsumer {
    private let seen = Mutex<[EncodedPacket]>([])

    var packets: [EncodedPacket] { seen.withLock { $0 } }
    func receive(_ packet: EncodedPacket, of stream: StreamInfo) { seen.withLock { $0.append(packet) } }
    func interrupted(_ why: MediaError.Code) {}
}

/// Stands where the analysis is, and does what that must not do to a recording.
private final class BadAnalysis: PacketConsumer {
    enum Kind: CaseIterable { case stopped, slow, full }

    private let kind: Kind
    /// Full after a few packets, since nobody takes any.
    private let queue = GroupQueue(packetLimit: 20, byteLimit: 20_000)

    init(_ kind: Kind) { self.kind = kind }

    func receive(_ packet: EncodedPacket, of stream: StreamInfo) {
        switch kind {
        case .stopped: queue.close()
        case .slow: if queue.dropped.isMultiple(of: 50) { _ = queue.poll() }
        case .full: break
        }
        queue.receive(packet, of: stream)
    }

    func interrupted(_ why: MediaError.Code) { queue.interrupted(why) }
}

@Suite struct CameraRecorderTests {
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func recorder(
        _ folder: TemporaryDirectory, _ library: RecordingLibrary, byteLimit: Int = 64 << 20, clock: any WallClock = SystemClock()
    ) -> CameraRecorder {
        let place = RecordingPlace(
            library: library, reserve: 0, keys: { .success(RecordingKeys(site: "home", node: "porch", recipients: [])) })
        return CameraRecorder(
            camera: "door", plan: RecordingPlan(mode: .continuous), place: place, byteLimit: byteLimit, clock: clock,
            metrics: Metrics(), logger: logger)
    }

    /// Runs a camera until its recorder's log has seen so many packets.
    private func record(
        _ source: String, count: Int, with consumers: [any PacketConsumer], _ recorder: CameraRecorder, _ log: PacketLog
    ) async throws {
        var configuration = CameraConfiguration(id: "door", source: try MediaSource(source))
        configuration.openLimit = 10
        let camera = CameraService(configuration, consumers: [recorder, log] + consumers, logger: logger)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await recorder.run() }
            group.addTask {
                await camera.run()
                recorder.close()
            }
            try await eventually("packets") { log.packets.count >= count }
            group.cancelAll()
        }
    }

    /// The pictures in a library's segments, in the order of time.
    private func samples(_ library: RecordingLibrary) throws -> [(data: [UInt8], decode: Int64, shift: Int, isKeyframe: Bool)] {
        var out: [(data: [UInt8], decode: Int64, shift: Int, isKeyframe: Bool)] = []
        for row in try library.allSegments() {
            let file = [UInt8](try Data(contentsOf: URL(filePath: "\(library.folder)/\(row.file)")))
            let index = [UInt8](try Data(contentsOf: URL(filePath: "\(library.folder)/\(row.sidecar)")))
            let sidecar = try #require(SidecarCodec.read(index, start: { _ in row.start }))
            for fragment in sidecar.entries.map(\.fragment) {
                var at = Int(fragment.offset) + fragment.headerLength
                for run in fragment.runs {
                    var time = run.decodeTime
                    for sample in run.samples {
                        out.append((Array(file[at..<at + sample.size]), time, sample.shift, sample.isKeyframe))
                        at += sample.size
                        time += Int64(sample.duration)
                    }
                }
            }
        }
        return out
    }

    @Test(
        "Over RTSP the recording holds the camera's packets, bytes and times, whatever the analysis does",
        arguments: BadAnalysis.Kind.allCases)
    private func tee(_ kind: BadAnalysis.Kind) async throws {
        let server = try await RTSPServer([.init(path: "cam", file: TestClips.shared.clip())])
        let folder = try TemporaryDirectory("recordings")
        let library = try RecordingLibrary(folder: folder.path("r"))
        let log = PacketLog()
        try await record(server.url("cam"), count: 75, with: [BadAnalysis(kind)], recorder(folder, library), log)
        await server.stop()

        let packets = log.packets.drop { !$0.isKeyframe }
        let first = try #require(packets.first)
        let recorded = try samples(library)
        #expect(recorded.count == packets.count)
        for (packet, sample) in zip(packets, recorded) {
            var data: [UInt8] = []
            var stream = StreamInfo(codec: .h264, width: 320, height: 240, extradata: [], nominalFrameRate: nil, generation: 0)
            stream.extradata = packet.data.starts(with: [0, 0]) ? [] : [1]
            _ = PictureData.append(packet.data, stream: stream, to: &data)
            #expect(data == sample.data)
            #expect(packet.isKeyframe == sample.isKeyframe)
            let ticks = Double(packet.decodeTime.nanoseconds - first.decodeTime.nanoseconds) * 90_000 / 1e9
            #expect(abs(Double(sample.decode) - ticks) <= 1)
            let shift = Double(packet.presentationTime.nanoseconds - packet.decodeTime.nanoseconds) * 90_000 / 1e9
            #expect(abs(Double(sample.shift) - shift) <= 1)
        }
        let rows = try library.allSegments()
        #expect(rows.map(\.start) == [first.timestamp])
        #expect(rows.map(\.state) == [.closed])
    }

    @Test("A disk that is too slow costs packets up to a keyframe, which is a hole, and never the camera's time")
    func slowDisk() async throws {
        let folder = try TemporaryDirectory("recordings")
        let library = try RecordingLibrary(folder: folder.path("r"))
        let clock = ManualClock()
        let recorder = recorder(folder, library, byteLimit: 60_000, clock: clock)
        let clip = try PlayedClip.standard.get()
        // Nobody writes yet: all of it arrives at once, and returns at once.
        let zero = clock.now
        for packet in clip.packets(0..<60, zero: zero) { recorder.receive(packet, of: clip.stream) }
        #expect(recorder.dropped > 0)
        async let run: Void = recorder.run()
        // Also where the test fails: its end waits for the recorder's.
        defer { recorder.close() }
        try await eventually("what waited is written") { try library.allSegments().first?.state == .closed }
        for packet in clip.packets(60..<62, zero: zero) { recorder.receive(packet, of: clip.stream) }
        recorder.close()
        await run
        let rows = try library.allSegments()
        #expect(rows.count == 2)
        let gaps = try library.gaps(camera: "door", track: .main, from: zero, to: Timestamp(microseconds: .max))
        #expect(gaps.map(\.cause) == [.disk, .nodeDown])
        #expect(gaps.first?.start == rows[0].end && gaps.first?.end == rows[1].start)
        #expect(gaps.last?.start == rows[1].end)
    }

    @Test("A camera that is cut off and comes back is recorded in two segments with a hole between them")
    func cut() async throws {
        let clip = try TestClips.shared.clip()
        let first = try await RTSPServer([.init(path: "cam", file: clip)])
        let folder = try TemporaryDirectory("recordings")
        let library = try RecordingLibrary(folder: folder.path("r"))
        let recorder = recorder(folder, library)
        let log = PacketLog()
        var configuration = CameraConfiguration(id: "door", source: try MediaSource(first.url("cam")))
        configuration.silenceLimit = 3
        configuration.openLimit = 5
        configuration.shortestWait = 0.05
        configuration.longestWait = 0.2
        let camera = CameraService(configuration, consumers: [recorder, log], logger: logger)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await recorder.run() }
            group.addTask {
                await camera.run()
                recorder.close()
            }
            try await eventually("packets") { log.packets.count > 20 }
            first.process.signal(SIGKILL)
            try await eventually("the hole is known") { try library.openGap(camera: "door", track: .main) != nil }
            let gap = try #require(try library.openGap(camera: "door", track: .main))
            // Long enough to be one.
            try await eventually("time passes") { SystemClock().now.seconds(since: gap.start) > 2 }
            let before = log.packets.count
            let second = try await RTSPServer([.init(path: "cam", file: clip)], port: first.port)
            try await eventually("packets again") { log.packets.count > before + 20 }
            group.cancelAll()
            await second.stop()
        }
        let rows = try library.allSegments()
        #expect(rows.map(\.state) == [.closed, .closed])
        let gaps = try library.gaps(camera: "door", track: .main, from: rows[0].start, to: Timestamp(microseconds: .max))
        #expect(gaps.count == 2)
        #expect(gaps[0].start == rows[0].end && gaps[0].end == rows[1].start)
        #expect([.camera, .network].contains(gaps[0].cause))
        #expect(gaps[1].cause == .nodeDown && gaps[1].end == nil)
        var told: [DraftEventSummary] = []
        for await event in recorder.events.stream { told.append(DraftEventSummary(type: event.type, end: event.endTS)) }
        #expect(told.last == DraftEventSummary(type: "recording_gap", end: gaps[0].end))
    }

    private struct DraftEventSummary: Equatable {
        var type: String
        var end: Timestamp?
    }
}
