import Base

/// The fragments of all parts in one row. Their numbers are checked, so that sums and products of them cannot overflow.
struct FragmentLine {
    /// Where a fragment is to be found.
    struct Place {
        /// Index in `parts`.
        var part: Int
        /// Index in the part.
        var fragment: Int
        /// Wall clock of its earliest picture, and of the end of its latest one; nil when it has none. Neighbours may overlap, as pictures
        /// are not shown in the order in which they are decoded.
        var shown: Range<Timestamp>?
    }

    let parts: [PlaybackPart]
    private(set) var places: [Place] = []

    /// The years 1970 to 9999, in microseconds.
    static let clock: ClosedRange<Int64> = 0...253_402_300_799_999_999
    /// Some hundred days, in ticks of 90 kHz, either way: a segment lasts a minute.
    private static let decodeTimes: ClosedRange<Int64> = -(1 << 40)...1 << 40
    /// Samples of all parts: 24 hours of 200 pictures a second, and as much sound.
    private static let mostSamples = 40_000_000

    /// - Throws: `RecordingError.malformed` for a number that no segment can have, `PlaybackError.tooLong` for more samples than fit.
    init(_ parts: [PlaybackPart]) throws {
        self.parts = parts
        var samples = 0
        for (index, part) in parts.enumerated() {
            for (fragment, record) in part.fragments.enumerated() {
                try Self.check(record)
                samples += record.runs.reduce(0) { $0 + $1.samples.count }
                places.append(Place(part: index, fragment: fragment, shown: Self.shown(record)))
            }
        }
        guard samples <= Self.mostSamples else { throw PlaybackError.tooLong }
    }

    var count: Int { places.count }

    func part(_ index: Int) -> Int { places[index].part }

    func start(_ index: Int) -> Timestamp { parts[places[index].part].fragments[places[index].fragment].start }

    func record(_ index: Int) -> FragmentRecord { parts[places[index].part].fragments[places[index].fragment] }

    /// The run of a track, and where its bytes begin in the segment's plaintext; nil when the fragment has none.
    func run(_ index: Int, _ kind: TrackKind) -> (run: TrackRun, offset: Int64)? {
        let record = record(index)
        var offset = record.offset + Int64(record.headerLength)
        for run in record.runs {
            if run.track == kind { return run.samples.isEmpty ? nil : (run, offset) }
            offset += Int64(run.size)
        }
        return nil
    }

    func hasVideo(_ index: Int) -> Bool { places[index].shown != nil }

    func shown(_ index: Int) -> Range<Timestamp>? { places[index].shown }

    private static func shown(_ record: FragmentRecord) -> Range<Timestamp>? {
        guard let run = record.runs.first(where: { $0.track == .video }), let first = run.samples.first else { return nil }
        var decode: Int64 = 0
        var lower = Int64(first.shift)
        var upper = lower
        for media in run.samples {
            lower = min(lower, decode + Int64(media.shift))
            decode += Int64(media.duration)
            upper = max(upper, decode + Int64(media.shift))
        }
        func time(_ ticks: Int64) -> Timestamp {
            Timestamp(microseconds: record.start.microseconds + Ticks.microseconds(video: ticks - Int64(first.shift)))
        }
        return time(lower)..<time(upper)
    }

    private static func check(_ record: FragmentRecord) throws {
        let largest = Int(Int32.max)
        let isSound =
            (0...1 << 60).contains(record.offset) && (0...largest).contains(record.headerLength)
            && clock.contains(record.start.microseconds) && record.runs.count <= 2
            && (record.runs.count < 2 || record.runs[0].track != record.runs[1].track)
            && record.runs.allSatisfy { run in
                decodeTimes.contains(run.decodeTime) && run.samples.count <= mostSamples
                    && run.samples.allSatisfy {
                        // A negative number has the highest bit, and so has what they are joined to.
                        ($0.size | $0.duration | $0.shift) >= 0 && max($0.size, $0.duration, $0.shift) <= largest
                    }
                    && decodeTimes.contains(run.duration)
            }
        guard isSound else {
            throw RecordingError(.malformed, "the index of a segment names a place, size or time that cannot be")
        }
    }
}
