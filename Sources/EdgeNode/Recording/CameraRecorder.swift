package import Base
package import Logging
package import Media
package import MediaTypes
package import Recording

/// Records one stream of a camera: takes its packets ahead of everything else, and writes them on a thread of its own.
package final class CameraRecorder: PacketConsumer {
    package let camera: String
    /// Its `recording_gap` events, for one reader; ends with `run`.
    package let events = BoundedFeed<DraftEvent>(bound: 256)
    private let queue: RecordingQueue
    private let work: RecordingWork

    /// - Parameters:
    ///   - track: Which of its streams that is; one that is not the main one begins with its recording off, and its holes are no events.
    ///   - byteLimit: Bytes of packets that may wait for the disk.
    package init(
        camera: String, track: SegmentTrack = .main, plan: RecordingPlan, place: RecordingPlace, byteLimit: Int = 64 << 20,
        clock: any WallClock, metrics: Metrics,
        logger: Logger
    ) {
        self.camera = camera
        var plan = plan
        if track != .main { plan.mode = .off }
        queue = RecordingQueue(byteLimit: byteLimit)
        work = RecordingWork(
            camera: camera, track: track, plan: plan, place: place, queue: queue, clock: clock, metrics: metrics, events: events,
            logger: logger)
    }

    package func receive(_ packet: EncodedPacket, of stream: StreamInfo) { queue.send(.packet(packet, stream)) }

    package func interrupted(_ why: MediaError.Code) { queue.send(.interrupted(GapCause(why))) }

    /// Something moves in the picture: a recording on event begins or goes on.
    package func moves(from start: Timestamp, to end: Timestamp, isOver: Bool) {
        queue.send(.motion(from: start, to: end, isOver: isOver))
    }

    /// Takes in another plan, from the next packet on.
    package func change(to plan: RecordingPlan) { queue.send(.change(plan)) }

    /// Packets that were dropped because the disk was too slow.
    package var dropped: Int { queue.dropped }

    /// Bytes of packets that wait for the disk.
    package var waitingBytes: Int { queue.bytes }

    /// Ends `run` once what was received is written.
    package func close() { queue.close() }

    /// Writes until `close`.
    package func run() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            NamedThread.start("rec-\(self.camera)", stackSize: 1 << 20) {
                self.work.run()
                continuation.resume()
            }
        }
        events.finish()
    }
}
