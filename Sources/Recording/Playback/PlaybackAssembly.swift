import Base

/// Goes over the selected fragments and writes down their samples, chunks and times. Times are in ticks from the first sample's decode
/// time, on a clock that goes on through every hole.
struct PlaybackAssembly {
    /// Bytes of one fragment and one track.
    struct Chunk: Sendable {
        /// The caller's number of the segment.
        var part: Int
        /// In the segment's plaintext.
        var source: Int64
        /// In bytes from the first chunk.
        var start: Int64
    }

    private(set) var video = SampleTable()
    private(set) var sound = SampleTable()
    private(set) var chunks: [Chunk] = []
    /// Bytes of all chunks.
    private(set) var length: Int64 = 0
    /// What is shown of the video, and heard of the sound, in ticks of either.
    private(set) var shown: Range<Int64> = 0..<0
    private(set) var heard: Range<Int64> = 0..<0
    private(set) var timeline: [VirtualMP4.Point] = []

    private let line: FragmentLine
    private let selection: PlaybackSelection
    private let rate: Int?
    /// End of the last picture to be shown, in the order of showing.
    private var shownEnd: Int64 = 0
    /// What is decoded later is not needed.
    private var limit = Int64.max
    /// Turns a part's decode times into those of the file.
    private var delta: Int64 = 0
    /// Where the sound's own times begin, in its ticks.
    private var soundBase: Int64?
    /// The timeline in whole ticks and microseconds, to extend it without rounding.
    private var lastPoint: (ticks: Int64, clock: Int64)

    /// How far the clock may be off from what the timeline tells, in microseconds: half a picture at 25 a second.
    private static let tolerance: Int64 = 20_000
    /// Samples that a decoder of AAC needs ahead of the first that is heard: two frames.
    private static let soundLead: Int64 = 2048
    /// Fragments ahead of the first in which its sound is looked for: two seconds, or less.
    private static let mostEarly = 4
    /// 25 hours of 90 kHz: the pictures' clock and the wall clock may differ.
    static let longest: Int64 = 25 * 3600 * 90_000

    /// - Throws: `PlaybackError.tooLong`.
    init(_ line: FragmentLine, _ selection: PlaybackSelection, to: Timestamp, rate: Int?) throws {
        self.line = line
        self.selection = selection
        self.rate = rate
        lastPoint = (selection.showFrom, selection.clock.microseconds)
        timeline = [VirtualMP4.Point(media: 0, clock: selection.clock)]
        chunks.reserveCapacity((selection.last - selection.first + 1) * (rate == nil ? 1 : 2))
        try addFragments(to: to)
        close()
    }

    private mutating func addFragments(to: Timestamp) throws {
        // Times beyond it could overflow, and are refused anyway.
        guard selection.showFrom <= Self.longest else { throw PlaybackError.tooLong }
        var lastWithVideo = selection.last
        while lastWithVideo > selection.target, !line.hasVideo(lastWithVideo) { lastWithVideo -= 1 }
        for index in selection.first...selection.last {
            if let (run, offset) = line.run(index, .video) {
                addVideo(run, offset: offset, index, limitAt: index == lastWithVideo ? to : nil)
            }
            if max(video.duration, shownEnd) > Self.longest { throw PlaybackError.tooLong }
            if index == selection.first { addEarlySound() }
            addSound(index)
        }
        // Sound may come later than its pictures.
        let next = selection.last + 1
        if next < line.count, line.part(next) == line.part(selection.last) { addSound(next) }
    }

    /// Sound that lies in earlier fragments than the pictures it goes with.
    private mutating func addEarlySound() {
        let first = selection.first
        var index = first
        while index > 0, first - index < Self.mostEarly, line.part(index - 1) == line.part(first) { index -= 1 }
        while index < first {
            addSound(index)
            index += 1
        }
    }

    private mutating func addVideo(_ run: TrackRun, offset: Int64, _ index: Int, limitAt: Timestamp?) {
        let skipped = index == selection.first ? selection.firstSample : 0
        let before = run.samples.prefix(skipped)
        delta = video.duration - run.decodeTime - before.reduce(0) { $0 + Int64($1.duration) }
        let anchor = run.decodeTime + Int64(run.samples[0].shift) + delta
        let start = line.start(index)
        if let limitAt { limit = min(anchor + Ticks.video(microseconds: limitAt.microseconds - start.microseconds), 2 * Self.longest) }
        if index > selection.target { addPoint(anchor, start.microseconds) }
        var size: Int64 = 0
        for media in run.samples.dropFirst(skipped) {
            let decode = video.duration
            if decode >= limit { break }
            video.add(size: media.size, duration: Int64(media.duration), shift: media.shift, isKeyframe: media.isKeyframe)
            shownEnd = max(shownEnd, decode + Int64(media.shift) + Int64(media.duration))
            size += Int64(media.size)
        }
        let source = offset + before.reduce(0) { $0 + Int64($1.size) }
        video.endChunk(offset: length)
        addChunk(part: line.part(index), source: source, size: size)
    }

    private mutating func addPoint(_ ticks: Int64, _ clock: Int64) {
        let told = lastPoint.clock + Ticks.microseconds(video: ticks - lastPoint.ticks)
        guard abs(clock - told) > Self.tolerance, ticks > lastPoint.ticks else { return }
        lastPoint = (ticks, clock)
        let media = Double(ticks - selection.showFrom) / Double(VideoTrack.timescale)
        timeline.append(VirtualMP4.Point(media: media, clock: Timestamp(microseconds: clock)))
    }

    private mutating func addSound(_ index: Int) {
        guard let rate, let (run, offset) = line.run(index, .sound) else { return }
        let start = Ticks.sound(video: selection.showFrom, rate: rate)
        let end = limit == .max ? .max : Ticks.sound(video: limit, rate: rate)
        var at = run.decodeTime + Ticks.sound(video: delta, rate: rate)
        var source = offset
        var size: Int64 = 0
        var isFirst = true
        for media in run.samples {
            let duration = Int64(media.duration)
            defer { at += duration }
            if at >= end { break }
            if at + duration <= start - Self.soundLead {
                source += Int64(media.size)
                continue
            }
            if isFirst { join(at, start: start) }
            // Sound that begins after the picture: one edit cannot say so, a long first sample can.
            let late = sound.count == 0 ? at - (soundBase ?? at) : 0
            sound.add(size: media.size, duration: duration + late, shift: 0, isKeyframe: true)
            size += Int64(media.size)
            isFirst = false
        }
        sound.endChunk(offset: length)
        addChunk(part: line.part(index), source: source, size: size)
    }

    /// Brings the end of the sound so far to where the next run begins, beside its pictures.
    private mutating func join(_ at: Int64, start: Int64) {
        if let soundBase {
            sound.stretchLast(by: at - soundBase - sound.duration)
        } else {
            soundBase = min(at, start)
        }
    }

    private mutating func addChunk(part: Int, source: Int64, size: Int64) {
        if size == 0 { return }
        chunks.append(Chunk(part: line.parts[part].id, source: source, start: length))
        length += size
    }

    private mutating func close() {
        let start = selection.showFrom
        shown = start..<max(start + 1, min(limit, shownEnd))
        let end = shown.upperBound
        timeline.removeAll { $0.media > 0 && $0.media >= Double(end - start) / Double(VideoTrack.timescale) }
        guard let rate, let soundBase else { return }
        let from = max(0, Ticks.sound(video: start, rate: rate) - soundBase)
        heard = from..<max(from, min(sound.duration, Ticks.sound(video: end, rate: rate) - soundBase))
    }
}
