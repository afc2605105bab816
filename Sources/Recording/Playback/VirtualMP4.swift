package import Base
private import Crypto
private import Trust

/// An ordinary MP4 file over fragments of segments that nobody has to copy: its tables are made, its media stay where they are. The same
/// input gives the same bytes.
///
/// Decoding starts at the last keyframe at or before the wanted time, and an edit list says from where on pictures are shown. Holes are
/// closed; `timeline` says where they were.
package struct VirtualMP4: Sendable {
    /// A stretch of the file.
    package enum Piece: Sendable, Hashable {
        case bytes([UInt8])
        /// A range of a segment's plaintext; `part` is the `id` of its `PlaybackPart`.
        case media(part: Int, Range<Int64>)
    }

    /// From here on, until the next one, media time and wall clock go together.
    package struct Point: Sendable, Hashable {
        /// Seconds in the player.
        package var media: Double
        package var clock: Timestamp

        package init(media: Double, clock: Timestamp) {
            self.media = media
            self.clock = clock
        }
    }

    /// Bytes of the whole file.
    package let length: Int64
    /// 64 hexadecimal digits, without quotes: equal only for equal files.
    package let etag: String
    /// Seconds that a player shows.
    package let duration: Double
    /// In order; the first one is at media time 0.
    package let timeline: [Point]
    package let video: VideoTrack
    /// Nil too where the span has no sound.
    package let sound: SoundTrack?

    private let head: [UInt8]
    private let chunks: [PlaybackAssembly.Chunk]

    /// - Parameters:
    ///   - parts: One behind the other in time.
    ///   - from: Wall clock; before the first picture, or in a hole, it is that of the next picture.
    ///   - to: Wall clock, exclusive; held to the end of the last fragment.
    /// - Throws: `PlaybackError`; `RecordingError.malformed` for fragments whose numbers cannot be.
    package init(parts: [PlaybackPart], from: Timestamp, to: Timestamp) throws {
        let line = try FragmentLine(parts)
        let (from, to) = (Self.held(from), Self.held(to))
        let selection = try PlaybackSelection(line, from: from, to: to)
        try TrackEquality.check(line, selection, from: from, to: to)
        guard line.start(selection.last).microseconds - selection.clock.microseconds <= 24 * 3_600_000_000 else {
            throw PlaybackError.tooLong
        }
        let part = line.parts[line.part(selection.first)]
        let assembly = try PlaybackAssembly(line, selection, to: to, rate: part.sound?.sampleRate)
        video = part.video
        sound = assembly.sound.count > 0 ? part.sound : nil
        head = MovieHead.make(assembly, video: video, sound: sound, created: selection.clock)
        chunks = assembly.chunks
        length = Int64(head.count) + assembly.length
        duration = Double(assembly.shown.count) / Double(VideoTrack.timescale)
        timeline = assembly.timeline
        etag = Self.digest(head, chunks)
    }

    /// What lies in a range of the file; the part of the range that is outside it has no pieces.
    package func pieces(for range: Range<Int64>) -> [Piece] {
        let range = range.clamped(to: 0..<length)
        if range.isEmpty { return [] }
        var pieces: [Piece] = []
        let headLength = Int64(head.count)
        if range.lowerBound < headLength {
            pieces.append(.bytes(Array(head[Int(range.lowerBound)..<Int(min(range.upperBound, headLength))])))
        }
        var at = max(0, range.lowerBound - headLength)
        let end = range.upperBound - headLength
        var index = chunk(at: at)
        while at < end {
            let chunk = chunks[index]
            let chunkEnd = index + 1 < chunks.count ? chunks[index + 1].start : length - headLength
            let upper = min(end, chunkEnd)
            pieces.append(.media(part: chunk.part, chunk.source + at - chunk.start..<chunk.source + upper - chunk.start))
            at = upper
            index += 1
        }
        return pieces
    }

    /// The index of the chunk in which a byte lies.
    private func chunk(at offset: Int64) -> Int {
        var low = 0
        var high = chunks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if chunks[middle].start <= offset { low = middle } else { high = middle }
        }
        return low
    }

    private static func held(_ time: Timestamp) -> Timestamp {
        let clock = FragmentLine.clock
        return Timestamp(microseconds: min(max(time.microseconds, clock.lowerBound), clock.upperBound))
    }

    /// The head holds sizes and times of all samples; what it does not hold is where the media come from.
    private static func digest(_ head: [UInt8], _ chunks: [PlaybackAssembly.Chunk]) -> String {
        var hash = SHA256()
        hash.update(data: head)
        var places = BoxWriter(capacity: chunks.count * 24)
        for chunk in chunks {
            places.u64(Int64(chunk.part))
            places.u64(chunk.source)
            places.u64(chunk.start)
        }
        hash.update(data: places.bytes)
        return Hexadecimal.encode(hash.finalize())
    }
}
