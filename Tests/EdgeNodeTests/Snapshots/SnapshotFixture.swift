import Base
import Foundation
import Logging
import Media
import Protocol
import TestSupport
import Trust

@testable import EdgeNode

/// A queue of pictures in a folder of its own, and what is needed to look into it.
final class SnapshotFixture: Sendable {
    let folder: TemporaryDirectory
    let metrics = Metrics()
    let key = SealingPrivateKey()
    let clock = ManualClock(uptime: 1000)

    init() throws { folder = try TemporaryDirectory("snapshots") }

    var path: URL { URL(filePath: folder.path("snapshots"), directoryHint: .isDirectory) }

    func queue(bytes: Int = 200_000_000, files: Int = 5000) async throws -> SnapshotQueue {
        var bounds = SnapshotQueueBounds()
        (bounds.bytes, bounds.files) = (bytes, files)
        let queue = SnapshotQueue(folder: path, bounds: bounds, metrics: metrics, logger: .silent)
        try await queue.open()
        return queue
    }

    func name(_ number: UInt64, rank: Int = 1) -> SnapshotName {
        SnapshotName(event: EventID(high: 0x0192_F6C2_0000_7000 + number << 16, low: 0x8000_0000_0000_0000), rank: rank)
    }

    /// Names of what lies in the folder.
    var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path.path).sorted() } }

    func dropped(_ reason: String) -> Double { metrics.value("vigilar_snapshot_dropped_total", labels: [("reason", reason)]) }
    func failed(_ reason: String) -> Double { metrics.value("vigilar_snapshot_failed_total", labels: [("reason", reason)]) }

    /// A decoded picture of a small clip.
    static func picture() throws -> HeldPicture {
        var demuxer = try Demuxer(MediaSource(TestClips.shared.clip()), stop: StopFlag())
        var decoder = try VideoDecoder(demuxer.stream, mode: .motion)
        var held: HeldPicture?
        while held == nil, let packet = try demuxer.next() {
            try decoder.decode(packet) { _, _, whole in if held == nil { held = whole.hold() } }
        }
        return held!
    }

    /// Whether something holds the beginning of a JPEG: the marker SOI with a segment behind it, in four bytes, so that a hundred
    /// kilobytes of noise do not look like one.
    static func holdsJPEG(_ bytes: [UInt8]) -> Bool {
        bytes.indices.dropLast(3).contains {
            bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD8 && bytes[$0 + 2] == 0xFF && [0xC0, 0xDB, 0xE0, 0xE1, 0xFE].contains(bytes[$0 + 3])
        }
    }
}
