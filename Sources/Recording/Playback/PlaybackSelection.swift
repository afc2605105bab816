import Base

/// Which samples of a row of fragments a span needs.
struct PlaybackSelection {
    /// The fragment and the sample of it with which decoding starts: a keyframe.
    private(set) var first: Int
    private(set) var firstSample: Int
    /// The fragment whose times say when the first shown picture was.
    private(set) var target: Int
    /// The last fragment that begins within the span.
    private(set) var last: Int
    /// When the first picture is shown, in ticks from the first sample's decode time.
    private(set) var showFrom: Int64 = 0
    /// Wall clock of that picture.
    private(set) var clock: Timestamp

    /// - Throws: `PlaybackError.nothingRecorded`.
    init(_ line: FragmentLine, from: Timestamp, to: Timestamp) throws {
        guard let wanted = Self.fragment(at: from, in: line), max(from, line.shown(wanted)?.lowerBound ?? to) < to,
            let (found, sample, isAfter) = Self.keyframe(for: wanted, at: from, in: line)
        else { throw PlaybackError.nothingRecorded }
        first = found
        firstSample = sample
        target = isAfter ? found : wanted
        last = target
        clock = line.start(target)
        while last + 1 < line.count, line.shown(last + 1)?.lowerBound ?? line.start(last + 1) < to { last += 1 }
        findStart(line, from: isAfter ? nil : from)
        if clock >= to { throw PlaybackError.nothingRecorded }
    }

    /// The first fragment with pictures that are not over at a time.
    private static func fragment(at time: Timestamp, in line: FragmentLine) -> Int? {
        var before: Int?
        for index in 0..<line.count {
            guard let shown = line.shown(index) else { continue }
            // The end of a part is a guess: it gives way to what comes next, unless the clock was set back there.
            if let before {
                let isBack = shown.lowerBound <= line.shown(before)?.lowerBound ?? shown.lowerBound
                if isBack || line.part(before) == line.part(index) || time < shown.lowerBound { return before }
            }
            before = time < shown.upperBound ? index : nil
            if time < shown.lowerBound { return index }
        }
        return before
    }

    /// The last keyframe at or before a time in the same part; where there is none, the first one after it.
    private static func keyframe(
        for wanted: Int, at time: Timestamp, in line: FragmentLine
    ) -> (fragment: Int, sample: Int, isAfter: Bool)? {
        guard let run = line.run(wanted, .video)?.run else { return nil }
        let shown = run.decodeTime + Int64(run.samples[0].shift) + distance(from: wanted, to: time, in: line)
        var index = wanted
        while index >= 0, line.part(index) == line.part(wanted) {
            if let run = line.run(index, .video)?.run {
                var decode = run.decodeTime
                var found: Int?
                for (sample, media) in run.samples.enumerated() {
                    if media.isKeyframe, decode + Int64(media.shift) <= shown { found = sample }
                    decode += Int64(media.duration)
                }
                if let found { return (index, found, false) }
            }
            index -= 1
        }
        for index in wanted..<line.count {
            if let sample = line.run(index, .video)?.run.samples.firstIndex(where: \.isKeyframe) { return (index, sample, true) }
        }
        return nil
    }

    /// Ticks from the first decoded picture of a fragment to what it shows at a time, or first.
    private static func distance(from index: Int, to time: Timestamp, in line: FragmentLine) -> Int64 {
        let held = max(time, line.shown(index)?.lowerBound ?? time)
        return Ticks.video(microseconds: held.microseconds - line.start(index).microseconds)
    }

    /// Finds the picture that is shown at `from`: its own time is what playback starts at, so that it is shown whole.
    private mutating func findStart(_ line: FragmentLine, from: Timestamp?) {
        guard let from, let wanted = timeShown(from, line) else {
            return startAtKeyframe(line)
        }
        var decode: Int64 = 0
        var best: Int64?
        var key = (fragment: first, sample: firstSample, decode: decode)
        var index = first
        while index < line.count, decode <= wanted.time {
            let skipped = index == first ? firstSample : 0
            for (sample, media) in (line.run(index, .video)?.run.samples ?? []).enumerated().dropFirst(skipped) {
                let shown = decode + Int64(media.shift)
                if shown <= wanted.time {
                    best = max(best ?? shown, shown)
                    if media.isKeyframe, line.part(index) == line.part(target) { key = (index, sample, decode) }
                }
                decode += Int64(media.duration)
                if decode > wanted.time { break }
            }
            index += 1
        }
        guard let best else { return startAtKeyframe(line) }
        clock = Timestamp(
            microseconds: max(0, line.start(target).microseconds + Ticks.microseconds(video: best - wanted.anchor)))
        // A picture at the seam of two fragments may be asked for by the end of the first.
        (first, firstSample) = (key.fragment, key.sample)
        (target, last) = (max(target, first), max(last, first))
        showFrom = best - key.decode
    }

    private mutating func startAtKeyframe(_ line: FragmentLine) {
        guard let samples = line.run(first, .video)?.run.samples else { return }
        let before = samples.prefix(firstSample).reduce(0) { $0 + Int64($1.duration) }
        showFrom = Int64(samples[firstSample].shift)
        clock = Timestamp(
            microseconds: max(
                0, line.start(first).microseconds + Ticks.microseconds(video: before + showFrom - Int64(samples[0].shift))))
    }

    /// When the target fragment's first picture is shown, and what is shown at `from`, in ticks from the first sample's decode time; nil
    /// when that is longer than can be played.
    private func timeShown(_ from: Timestamp, _ line: FragmentLine) -> (anchor: Int64, time: Int64)? {
        var decode: Int64 = 0
        for index in first...target {
            guard let samples = line.run(index, .video)?.run.samples else { continue }
            if index == first { decode -= samples.prefix(firstSample).reduce(0) { $0 + Int64($1.duration) } }
            if index == target {
                let anchor = decode + Int64(samples[0].shift)
                return (anchor, anchor + Self.distance(from: target, to: from, in: line))
            }
            decode += samples.reduce(0) { $0 + Int64($1.duration) }
            if decode > PlaybackAssembly.longest { return nil }
        }
        return nil
    }
}
