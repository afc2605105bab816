import Base
import Media
import MediaTypes
import Recording

/// Cuts a camera's packets into fragments: pure, no I/O. How long a picture is shown is known with the next one, so the last one waits for it.
struct FragmentAssembler: Sendable {
    /// What is to be written next.
    struct Fragment: Sendable, Equatable {
        var start: Timestamp
        /// Time of day at which the last picture's showing ends.
        var end: Timestamp
        /// Decode time of the first picture, ticks since the segment's start, and `lead` more where there is sound.
        var decodeTime: Int64
        var samples: [MediaSample] = []
        /// Each sample's bytes. Where the camera's packet has them as they are, its own: they are not copied.
        var pictures: [[UInt8]] = []
        /// What came of the sound with the pictures; nil where nothing did.
        var sound: TrackRun?
        /// The frames of it.
        var sounds: [[UInt8]] = []

        /// In the order in which their bytes lie.
        var runs: [TrackRun] { [TrackRun(track: .video, decodeTime: decodeTime, samples: samples)] + (sound.map { [$0] } ?? []) }
    }

    /// Ticks a second of recorded video.
    static let timescale: Int64 = 90_000
    /// Seconds that a fragment has at most, unless one picture is shown for longer: half of what a power cut may cost, since the end of one may
    /// wait for the next to fill its chunk.
    static let length = 0.5
    /// Seconds by which the time of day may differ from what the stream's own clock says before a new fragment begins, which says it anew.
    private static let drift = 0.25

    /// Seconds of the segment's clock ahead of its first picture, where it has sound: sound comes later than the picture that it belongs to, or
    /// earlier, and what lies ahead of the first picture is kept as well, so that nothing is missing between two segments. More than it can be late.
    static let lead: Int64 = 2

    private let stream: StreamInfo
    private var line: SoundLine?
    /// Ticks of the segment's clock at its first picture.
    private let begin: Int64
    /// Decode time at which the segment begins, in nanoseconds of the stream's clock.
    private let origin: Int64
    private var fragment: Fragment?
    private var held: EncodedPacket?
    private var lastDuration: Int

    /// - Parameters:
    ///   - first: The segment's first packet, a keyframe.
    ///   - sound: Nil for a segment without.
    init(first: EncodedPacket, of stream: StreamInfo, sound: SoundTrack? = nil) {
        self.stream = stream
        origin = first.decodeTime.nanoseconds
        line = sound.map { SoundLine($0, origin: first.decodeTime, lead: Self.lead) }
        begin = sound == nil ? 0 : Self.lead * Self.timescale
        held = first
        lastDuration = Int(Double(Self.timescale) / max(1, min(stream.nominalFrameRate ?? 15, 1000)))
    }

    /// Takes the next packet.
    /// - Returns: The fragment before it, where that is complete now.
    mutating func take(_ packet: EncodedPacket) -> Fragment? {
        if let held { add(held, until: packet) }
        held = packet
        guard let fragment else { return nil }
        let begin = ticks(packet)
        let length = Double(begin - fragment.decodeTime) / Double(Self.timescale)
        let strays = abs(packet.timestamp.seconds(since: fragment.start) - length) > Self.drift
        // With the next picture, which is shown as long as the last one as far as anybody knows, it would be too long.
        let withNext = length + Double(lastDuration) / Double(Self.timescale)
        return packet.isKeyframe || withNext > Self.length + 0.0001 || strays ? cut() : nil
    }

    /// Everything so far.
    /// - Parameter next: The packet that follows without a hole, where there is one: nobody else knows how long the last picture is shown, and it
    ///   is taken to be as long as the one before.
    /// - Returns: Nil where there is nothing.
    mutating func flush(next: EncodedPacket? = nil) -> Fragment? {
        if let held { add(held, until: next) }
        held = nil
        return cut()
    }

    private mutating func cut() -> Fragment? {
        defer { fragment = nil }
        return fragment
    }

    private func ticks(_ packet: EncodedPacket) -> Int64 { ticks(packet.decodeTime.nanoseconds) }

    /// From absolute times, so that roundings do not add up.
    private func ticks(_ nanoseconds: Int64) -> Int64 { begin + VideoTrack.ticks(MediaTime(nanoseconds: nanoseconds - origin)) }

    private mutating func add(_ packet: EncodedPacket, until next: EncodedPacket?) {
        let begin = ticks(packet)
        let duration = next.map { Int(clamping: max(0, ticks($0) - begin)) } ?? lastDuration
        var current = fragment ?? Fragment(start: packet.timestamp, end: packet.timestamp, decodeTime: begin)
        let picture = PictureData.sample(packet.data, stream: stream)
        let shift = max(0, ticks(packet.presentationTime.nanoseconds) - begin)
        current.samples.append(
            MediaSample(size: picture.count, duration: duration, shift: Int(clamping: shift), isKeyframe: packet.isKeyframe))
        current.pictures.append(picture)
        current.end = max(current.end, packet.timestamp.advanced(bySeconds: Double(duration) / Double(Self.timescale)))
        for frame in packet.sound { add(frame, to: &current) }
        fragment = current
        lastDuration = duration
    }

    private mutating func add(_ frame: SoundFrame, to fragment: inout Fragment) {
        guard let begin = line?.place(frame), let length = line?.track.frameLength else { return }
        var run = fragment.sound ?? TrackRun(track: .sound, decodeTime: begin, samples: [])
        // What is missing within a fragment is silence: the frame before it is as long.
        if let last = run.samples.indices.last { run.samples[last].duration += Int(clamping: begin - run.decodeTime - run.duration) }
        run.samples.append(MediaSample(size: frame.data.count, duration: length, isKeyframe: true))
        fragment.sound = run
        fragment.sounds.append(frame.data)
    }
}
