import Base
import Media
import MediaTypes
import Protocol

/// JPEGs of the stream, at most five a second. On a thread of its own, since decoding blocks.
actor LiveStills: LiveTranscript {
    /// Seconds from one still to the next, at least.
    static let interval = 0.2
    /// Pixels of the longer side, and bytes.
    private static let side = 1280
    private static let byteLimit = 150_000

    private let executor: ThreadExecutor
    private var decoder: VideoDecoder?
    private var generation: Int?
    private var last: Timestamp?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(executor: ThreadExecutor) { self.executor = executor }

    func records(of packet: LivePacket, isLast: Bool) -> [UInt8] {
        do {
            if generation != packet.packet.generation {
                guard packet.packet.isKeyframe else { return [] }
                decoder = try VideoDecoder(packet.stream, mode: .full)
                generation = packet.packet.generation
            }
            var held: (HeldPicture, Timestamp)?
            try decoder?.decode(packet.packet) { picture, _, whole in
                // Only of what is newest: what is decoded on the way to it is old already.
                guard isLast, abs(last.map { picture.timestamp.seconds(since: $0) } ?? .infinity) >= Self.interval - 0.02 else { return }
                held = whole.hold().map { ($0, picture.timestamp) }
            }
            guard let (picture, time) = held else { return [] }
            last = time
            return LiveRecord(.still, time: time, content: try JPEGEncoder.jpeg(of: picture, side: Self.side, byteLimit: Self.byteLimit))
                .bytes
        } catch {
            // The next keyframe makes a new decoder.
            generation = nil
            return LiveRecord(.notice, time: packet.packet.timestamp, content: Array("This stream cannot be decoded: \(error)".utf8)).bytes
        }
    }
}
