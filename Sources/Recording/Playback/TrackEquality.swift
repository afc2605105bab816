import Base

/// One file has one description of each track, so that all its parts must have the same.
enum TrackEquality {
    /// - Throws: `PlaybackError.tracksChange` with the spans that can be played.
    static func check(_ line: FragmentLine, _ selection: PlaybackSelection, from: Timestamp, to: Timestamp) throws {
        // First fragments with pictures of parts that are described alike, one behind the other.
        var groups: [Int] = []
        var previous: Int?
        for index in selection.first...selection.last where line.hasVideo(index) {
            let part = line.part(index)
            if part == previous { continue }
            if previous.map({ !areAlike(line.parts[$0], line.parts[part]) }) ?? true { groups.append(index) }
            previous = part
        }
        if groups.count < 2 { return }
        let spans = groups.enumerated().compactMap { position, index -> Range<Timestamp>? in
            let next = position + 1 < groups.count ? groups[position + 1] : selection.last + 1
            let shown = (index..<next).compactMap(line.shown)
            let first = position == 0 ? line.shown(selection.target) : shown.first
            guard let begin = first?.lowerBound, let end = shown.map(\.upperBound).max() else { return nil }
            let lower = max(from, begin)
            var upper = min(to, end)
            if next < line.count, let following = line.shown(next)?.lowerBound { upper = min(upper, following) }
            return lower < upper ? lower..<upper : nil
        }
        throw PlaybackError.tracksChange(playable: spans)
    }

    private static func areAlike(_ a: PlaybackPart, _ b: PlaybackPart) -> Bool { a.video == b.video && a.sound == b.sound }
}
