import Media
import MediaTypes
import Recording
import Synchronization

/// Lets the analysis of a camera with two streams see the small one, and for as long as that is away the main one: who watches a camera
/// wants its events, even where they cost more.
final class AnalysisFeed: Sendable {
    private let queue: GroupQueue
    /// Which stream the analysis is to see; nothing but a keyframe of the small one brings it back.
    private let track = Mutex(SegmentTrack.sub)

    init(_ queue: GroupQueue) { self.queue = queue }

    /// Whether the main stream stands in.
    var isStandIn: Bool { track.withLock { $0 == .main } }

    /// Where a stream's packets go.
    func consumer(of track: SegmentTrack) -> any PacketConsumer { Consumer(feed: self, track: track) }

    private struct Consumer: PacketConsumer {
        let feed: AnalysisFeed
        let track: SegmentTrack

        func receive(_ packet: EncodedPacket, of stream: StreamInfo) { feed.receive(packet, of: stream, from: track) }
        func interrupted(_ why: MediaError.Code) { feed.interrupted(why, track) }
    }

    private func receive(_ packet: EncodedPacket, of stream: StreamInfo, from track: SegmentTrack) {
        self.track.withLock { seen in
            if seen != track {
                guard track == .sub, packet.isKeyframe else { return }
                seen = .sub
                queue.interrupted(.ended)
            }
            queue.receive(packet, of: stream)
        }
    }

    private func interrupted(_ why: MediaError.Code, _ track: SegmentTrack) {
        self.track.withLock { seen in
            if seen == track { queue.interrupted(why) }
            if track == .sub { seen = .main }
        }
    }
}
