import Base
import Media
import MediaTypes
import TestSupport

/// A clip's packets, played over and over, each time with times of its own: what a camera sends.
struct PlayedClip: Sendable {
    let stream: StreamInfo
    private let once: [EncodedPacket]
    private let rate: Int

    /// 15 pictures a second, a keyframe each second.
    static let standard = Result { try PlayedClip(.init()) }
    /// 4 KB a second at 15 pictures a second: what a quiet camera sends at night.
    static let thin = Result {
        var recipe = TestClips.Recipe()
        recipe.extra = ["-b:v", "30k", "-maxrate", "30k", "-bufsize", "30k", "-crf", "45"]
        recipe.box = nil
        return try PlayedClip(recipe)
    }

    init(_ recipe: TestClips.Recipe) throws {
        var demuxer = try Demuxer(MediaSource(TestClips.shared.clip(recipe)), stop: StopFlag())
        stream = demuxer.stream
        rate = recipe.rate
        var packets: [EncodedPacket] = []
        while let packet = try demuxer.next() { packets.append(packet) }
        once = packets
    }

    /// - Parameters:
    ///   - range: Seconds on the stream's clock; whole ones begin with a keyframe.
    ///   - zero: Time of day at the stream's second 0.
    func packets(_ range: Range<Double>, zero: Timestamp, generation: Int = 0) -> [EncodedPacket] {
        (Int((range.lowerBound * Double(rate)).rounded())..<Int((range.upperBound * Double(rate)).rounded())).map { index in
            var packet = once[index % once.count]
            let shift = packet.presentationTime.nanoseconds - packet.decodeTime.nanoseconds
            let seconds = Double(index) / Double(rate)
            packet.decodeTime = MediaTime(seconds: seconds)
            packet.presentationTime = MediaTime(nanoseconds: packet.decodeTime.nanoseconds + shift)
            packet.timestamp = zero.advanced(bySeconds: seconds)
            packet.generation = generation
            return packet
        }
    }

    func stream(generation: Int) -> StreamInfo {
        var stream = stream
        stream.generation = generation
        return stream
    }
}
