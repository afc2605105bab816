import Base
import Media
import MediaTypes
import Protocol

/// JPEGs of the stream. On a thread of its own, since decoding blocks.
actor LiveStills: LiveTranscript {
    /// How many, and how large.
    struct Measure {
        /// Seconds from one still to the next, at least.
        let interval: Double
        /// Pixels of the longer side.
        let side: Int
        /// Bytes of one.
        let byteLimit: Int
        /// Nothing else is decoded then.
        let isOfKeyframesAlone: Bool

        /// For whoever looks at them: five a second.
        static let watched = Measure(interval: 0.2, side: 1280, byteLimit: 150_000, isOfKeyframesAlone: false)
        /// Of a camera at which nothing happens, among others: as much as one still in ten seconds takes of uplink and processor.
        static let idle = Measure(interval: 10, side: 640, byteLimit: 40_000, isOfKeyframesAlone: true)
    }

    private let measure: Measure
    private let executor: ThreadExecutor
    private var decoder: VideoDecoder?
    private var generation: Int?
    private var last: Timestamp?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ measure: Measure, executor: ThreadExecutor) {
        self.measure = measure
        self.executor = executor
    }

    func records(of packet: LivePacket, isLast: Bool) -> [UInt8] {
        if measure.isOfKeyframesAlone && !(packet.packet.isKeyframe && isDue(packet.packet.timestamp)) { return [] }
        do {
            if generation != packet.packet.generation {
                guard packet.packet.isKeyframe else { return [] }
                decoder = try VideoDecoder(packet.stream, mode: .full)
                generation = packet.packet.generation
            }
            var held: (HeldPicture, Timestamp)?
            try decoder?.decode(packet.packet) { picture, _, whole in
                // Only of what is newest: what is decoded on the way to it is old already.
                guard measure.isOfKeyframesAlone || isLast && isDue(picture.timestamp) else { return }
                held = whole.hold().map { ($0, picture.timestamp) }
            }
            if measure.isOfKeyframesAlone {
                // A decoder may wait for what follows a picture, and this one never gets it.
                try decoder?.flush { picture, _, whole in
                    held = whole.hold().map { ($0, picture.timestamp) }
                }
                decoder?.reset()
            }
            guard let (picture, time) = held else { return [] }
            last = time
            let jpeg = try JPEGEncoder.jpeg(of: picture, side: measure.side, byteLimit: measure.byteLimit)
            return LiveRecord(.still, time: time, content: jpeg).bytes
        } catch {
            // The next keyframe makes a new decoder.
            generation = nil
            return LiveRecord(.notice, time: packet.packet.timestamp, content: Array("This stream cannot be decoded: \(error)".utf8)).bytes
        }
    }

    /// A little less than the interval is enough: pictures come when they come.
    private func isDue(_ time: Timestamp) -> Bool {
        abs(last.map { time.seconds(since: $0) } ?? .infinity) >= measure.interval - 0.02
    }
}
