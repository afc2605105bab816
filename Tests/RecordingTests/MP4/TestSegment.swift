import Base
import MediaTypes
import Recording

/// A segment's plaintext and its index, made as a recorder makes them.
struct TestSegment: Sendable {
    var bytes: [UInt8]
    var part: PlaybackPart

    /// - Parameters:
    ///   - pictures: Which of the clip's pictures; the first is a keyframe.
    ///   - start: Wall clock of the first picture.
    ///   - lag: How much later than its pictures sound comes, in ticks of 90 kHz; negative where it comes first.
    init(
        _ clip: SourceClip, _ packing: SourceClip.Packing = .prefixed, pictures: Range<Int>? = nil, id: Int = 0,
        start: Timestamp = Timestamp(microseconds: 1_800_000_000_000_000), lag: Int64 = 1500
    ) throws {
        let range = pictures ?? 0..<clip.video.count
        let (info, data) = clip.packed(packing)
        let track = try VideoTrack(stream: info, keyframe: data[range.lowerBound])
        bytes = CMAF.initialization(video: track, sound: clip.soundTrack)
        part = PlaybackPart(id: id, start: start, fragments: [], video: track, sound: clip.soundTrack)
        var at = range.lowerBound
        while at < range.upperBound {
            var end = at + 1
            while end < range.upperBound, end - at < 12, !clip.video[end].isKeyframe { end += 1 }
            add(clip, data, info, at..<end, range, lag: lag)
            at = end
        }
    }

    private mutating func add(
        _ clip: SourceClip, _ data: [[UInt8]], _ info: StreamInfo, _ span: Range<Int>, _ range: Range<Int>, lag: Int64
    ) {
        let zero = clip.video[range.lowerBound].decode
        var media: [UInt8] = []
        let samples = span.map { index in
            let packet = clip.video[index]
            let size = PictureData.append(data[index], stream: info, to: &media)
            return MediaSample(size: size, duration: packet.duration, shift: packet.shift, isKeyframe: packet.isKeyframe)
        }
        let first = clip.video[span.lowerBound]
        var runs = [TrackRun(track: .video, decodeTime: first.decode - zero, samples: samples)]
        if let rate = clip.soundTrack?.sampleRate {
            let last = clip.video[span.upperBound - 1]
            let final = clip.video[range.upperBound - 1]
            let end = final.decode + Int64(final.duration)
            let from = span.lowerBound == range.lowerBound ? first.decode : first.decode - lag
            let to = span.upperBound == range.upperBound ? end : min(end, last.decode + Int64(last.duration) - lag)
            let sounds = clip.sound.filter {
                let time = $0.decode * 90_000 / Int64(rate)
                return from <= time && time < to
            }
            for packet in sounds { media += packet.data }
            let zeroSound = zero * Int64(rate) / 90_000
            runs.append(
                TrackRun(
                    track: .sound, decodeTime: (sounds.first?.decode ?? 0) - zeroSound,
                    samples: sounds.map { MediaSample(size: $0.data.count, duration: $0.duration, isKeyframe: true) }))
        }
        let header = CMAF.fragmentHeader(sequence: UInt32(part.fragments.count + 1), runs: runs)
        let padding = part.fragments.count % 3 == 1 ? 8 + part.fragments.count : 0
        let anchor = clip.video[range.lowerBound].decode + Int64(clip.video[range.lowerBound].shift)
        let clock = (first.decode + Int64(first.shift) - anchor) * 100 / 9
        part.fragments.append(
            FragmentRecord(
                offset: Int64(bytes.count), headerLength: header.count, padding: padding,
                start: Timestamp(microseconds: part.start.microseconds + clock), runs: runs))
        bytes += header + media
        if padding > 0 { bytes += CMAF.freeBox(length: padding) }
    }

    /// The bytes of a range of a virtual file over segments.
    static func read(_ file: VirtualMP4, _ range: Range<Int64>, _ segments: [TestSegment]) -> [UInt8] {
        file.pieces(for: range).flatMap { piece -> [UInt8] in
            switch piece {
            case .bytes(let bytes): bytes
            case .media(let id, let range):
                Array(segments.first { $0.part.id == id }?.bytes[Int(range.lowerBound)..<Int(range.upperBound)] ?? [])
            }
        }
    }
}
