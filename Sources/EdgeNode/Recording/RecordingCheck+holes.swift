import Base
import Recording

/// What is missing of tracks that are to have no hole.
extension RecordingCheck {
    mutating func cover(_ row: SegmentRow, from start: Timestamp, to end: Timestamp) {
        coverage[Self.key(row.camera, row.track), default: RecordingCoverage()].add(from: start, to: end)
    }

    mutating func cover(_ row: SegmentRow, _ finding: SegmentFinding) {
        coverage[Self.key(row.camera, row.track), default: RecordingCoverage()].add(finding.sidecar, fragments: finding.claimed)
    }

    mutating func lookForHoles() throws {
        for (camera, track, since) in try library.allWanted() {
            var known = coverage[Self.key(camera, track)] ?? RecordingCoverage()
            let gaps = try library.gaps(camera: camera, track: track, from: since, to: Timestamp(microseconds: .max))
            for gap in gaps { known.add(gap) }
            for hole in known.holes(since: since) {
                let gap = RecordingGap(camera: camera, track: track, start: hole.start, end: hole.end, cause: .unknown)
                note(
                    .hole, "\(camera): from \(hole.start) to \(hole.end) nothing was recorded, and the table does not say so.",
                    remedy: "it does, with cause unknown"
                ) { try $0.library.keep(gap) }
            }
        }
        try lookForOverlaps()
    }

    private mutating func lookForOverlaps() throws {
        var last: SegmentRow?
        for row in try library.allSegments() where row.state == .closed || row.state == .unterminated {
            defer { last = row }
            guard let before = last, before.camera == row.camera, before.track == row.track else { continue }
            let seconds = before.end.seconds(since: row.start)
            if seconds > GapLedger.tolerance {
                note(
                    .overlap,
                    "\(Self.name(row)) it begins \(seconds) s before the end of the one before it. The clock was set back, it seems.",
                    isHarmless: true)
            }
        }
    }

    private static func key(_ camera: String, _ track: SegmentTrack) -> String { "\(camera)/\(track.rawValue)" }
}
