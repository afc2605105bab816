import Base
import EdgeNode
import Foundation
import Logging
import Media
import Trust

/// Records a file as a node records a camera, demuxer, hand-over, library, sealing and syncs included, but as fast as it goes.
package struct RecordRun: Sendable {
    package let source: String
    package let folder: String
    package let encrypts: Bool

    /// - Parameters:
    ///   - source: A video file.
    ///   - folder: Where the recordings go; made where it is missing.
    package init(source: String, folder: String, encrypts: Bool) {
        self.source = source
        self.folder = folder
        self.encrypts = encrypts
    }

    /// Bytes that the demuxer may be ahead of the disk: it waits then, where a camera's thread never would.
    private static let ahead = 1 << 20

    /// - Returns: What was recorded.
    /// - Throws: `FleetError` where anything of the file is missing in the recording; what demuxer and library throw.
    package func run() async throws -> RecordReport {
        let clock = SystemClock()
        let begun = clock.uptime
        let metrics = Metrics()
        let library = try RecordingLibrary(folder: folder)
        let recipients = encrypts ? [SealingPrivateKey().publicKey] : []
        let place = RecordingPlace(library: library, reserve: 0) {
            .success(RecordingKeys(site: "home", node: "bench", recipients: recipients))
        }
        let recorder = CameraRecorder(
            camera: "cam", plan: RecordingPlan(mode: .continuous), place: place, clock: clock, metrics: metrics,
            logger: Logger(label: "vigilar.fleet"))
        var options = DemuxOptions()
        options.fileStart = clock.now
        async let written: Void = recorder.run()
        var demuxer = try Demuxer(try MediaSource(source), options: options, stop: StopFlag())
        while let packet = try demuxer.next() {
            while recorder.waitingBytes > Self.ahead { usleep(1000) }
            recorder.receive(packet, of: demuxer.stream)
        }
        recorder.close()
        await written
        let report = RecordReport(
            packets: demuxer.counters.packets, packetBytes: demuxer.counters.bytes, segments: try library.allSegments().count,
            bytes: Int(metrics.value("vigilar_recording_bytes_total")),
            fragments: Int(metrics.value("vigilar_recording_fragments_total")), seconds: clock.uptime - begun,
            syncSeconds: metrics.value("vigilar_recording_sync_seconds_total"))
        let failures = metrics.value("vigilar_recording_failures_total")
        guard recorder.dropped == 0, failures == 0, report.bytes >= report.packetBytes else {
            throw FleetError("\(recorder.dropped) packets were dropped, \(Int(failures)) segments failed; \(report.json)")
        }
        library.close()
        return report
    }
}
