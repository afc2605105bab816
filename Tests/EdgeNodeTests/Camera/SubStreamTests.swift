import Base
import Media
import MediaTypes
import Protocol
import Recording
import TestSupport
import Testing

@testable import EdgeNode

@Suite struct SubStreamTests {
    @Test(
        "The small stream is recorded beside an HEVC one, as that is, and beside no other", arguments: [VideoCodec.h264, .hevc],
        [RecordingMode.continuous, .off])
    func isRecorded(codec: VideoCodec, mode: RecordingMode) async throws {
        let folder = try TemporaryDirectory("recordings")
        let library = try RecordingLibrary(folder: folder.path("r"))
        let place = RecordingPlace(
            library: library, reserve: 0, keys: { .success(RecordingKeys(site: "home", node: "porch", recipients: [])) })
        let recorder = CameraRecorder(
            camera: "door", track: .sub, plan: RecordingPlan(mode: mode), place: place, clock: SystemClock(), metrics: Metrics(),
            logger: .silent)
        let sub = SubStream(
            CameraConfiguration(id: "door", source: try MediaSource("rtsp://127.0.0.1:9/")), plan: RecordingPlan(mode: mode),
            recorder: recorder, feed: AnalysisFeed(GroupQueue()), clock: SystemClock(), logger: .silent)
        async let run: Void = recorder.run()
        let clip = try PlayedClip.standard.get()
        var main = clip.stream
        main.codec = codec
        let zero = Timestamp(microseconds: 1_790_000_000_000_000)
        for packet in clip.packets(0..<3, zero: zero) {
            sub.main.receive(packet, of: main)
            recorder.receive(packet, of: clip.stream)
        }
        // The main stream is set to the other.
        main.codec = codec == .hevc ? .h264 : .hevc
        for packet in clip.packets(3..<6, zero: zero) {
            sub.main.receive(packet, of: main)
            recorder.receive(packet, of: clip.stream)
        }
        recorder.close()
        await run
        let rows = try library.allSegments()
        #expect(rows.map(\.track) == (mode == .off ? [] : [.sub]))
        if let row = rows.first { #expect(row.start == zero.advanced(bySeconds: codec == .hevc ? 0 : 3)) }
        // What the camera's recording misses is told of once.
        for await event in recorder.events.stream { Issue.record("\(event)") }
    }
}
