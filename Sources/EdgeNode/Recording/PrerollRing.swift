import Base
import Media
import MediaTypes

/// The last seconds of a camera that is recorded only when something happens: whole groups of pictures, in memory.
struct PrerollRing: Sendable {
    /// Bytes that it holds at most, whatever that is in time.
    static let byteLimit = 96 << 20

    private var packets: [(packet: EncodedPacket, stream: StreamInfo)] = []
    private var bytes = 0

    /// - Parameter seconds: To keep before the latest packet; up to a group of pictures more is kept.
    mutating func append(_ packet: EncodedPacket, of stream: StreamInfo, seconds: Double) {
        guard packet.isKeyframe || !packets.isEmpty else { return }
        packets.append((packet, stream))
        bytes += packet.byteCount
        guard packet.isKeyframe || bytes > Self.byteLimit else { return }
        // The last keyframe that is old enough begins what is kept, by the stream's clock: nobody sets that.
        let begin = packets.lastIndex { $0.packet.isKeyframe && packet.decodeTime.seconds - $0.packet.decodeTime.seconds >= seconds } ?? 0
        drop(begin)
        while bytes > Self.byteLimit, let next = packets.dropFirst().firstIndex(where: { $0.packet.isKeyframe }) { drop(next) }
        if bytes > Self.byteLimit { removeAll() }
    }

    /// Hands out everything, oldest first.
    mutating func drain() -> [(packet: EncodedPacket, stream: StreamInfo)] {
        defer { removeAll() }
        return packets
    }

    mutating func removeAll() {
        packets = []
        bytes = 0
    }

    private mutating func drop(_ count: Int) {
        bytes -= packets[..<count].reduce(0) { $0 + $1.packet.byteCount }
        packets.removeFirst(count)
    }
}
