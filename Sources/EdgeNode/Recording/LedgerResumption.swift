import Base
import Protocol
import Recording

/// Takes up a track's ledger where an earlier run stopped. That may have been cut off when a picture counted already, and what the ledger would
/// have said of it was not written yet.
enum LedgerResumption {
    /// - Parameter since: From when on the track is wanted without a hole.
    /// - Returns: The ledger, and what is to be done to bring the library's up to date with it. Whatever was cut off is settled before.
    static func resume(
        camera: String, track: SegmentTrack, since: Timestamp, in library: RecordingLibrary
    ) throws(RecordingError) -> (ledger: GapLedger, actions: [GapLedger.Action]) {
        let last = try library.last(camera: camera, track: track)
        let end = max(since, last?.end ?? since)
        var ledger = GapLedger(camera: camera, track: track, covered: end, open: nil)
        var actions: [GapLedger.Action] = []
        if let gap = try library.openGap(camera: camera, track: track) {
            ledger = GapLedger(camera: camera, track: track, covered: gap.start, open: gap)
            let later = try library.segments(camera: camera, track: track, from: gap.start, to: Timestamp(microseconds: .max))
            if let first = later.first(where: { $0.start >= gap.start }) { actions += ledger.recorded(from: first.start, to: end) }
        }
        for hole in try last.map({ row throws(RecordingError) in try unknownHoles(in: row, since: since, known: actions, library) }) ?? [] {
            // As the ledger says of one that nothing announced.
            var gap = RecordingGap(camera: camera, track: track, start: hole.start, end: hole.end, cause: .camera)
            let draft = gap.draft()
            actions += [.keep(gap), .tell(draft)]
        }
        if ledger.open == nil { actions += ledger.interrupted(.nodeDown) }
        return (ledger, actions)
    }

    /// Holes before and within the last segment.
    private static func unknownHoles(
        in last: SegmentRow, since: Timestamp, known: [GapLedger.Action], _ library: RecordingLibrary
    ) throws(RecordingError) -> [RecordingCoverage.Span] {
        guard let sidecar = SegmentRecovery.sidecar(at: "\(library.folder)/\(last.sidecar)") else { return [] }
        let before = max(since, try library.last(camera: last.camera, track: last.track, before: last.start)?.end ?? since)
        var coverage = RecordingCoverage()
        coverage.add(sidecar, fragments: sidecar.claimed ?? 0)
        for case .keep(let gap) in known { coverage.add(gap) }
        let gaps = try library.gaps(camera: last.camera, track: last.track, from: before, to: Timestamp(microseconds: .max))
        for gap in gaps where gap.end != nil { coverage.add(gap) }
        return coverage.holes(since: before)
    }
}
