import Base
import Protocol
import Recording

/// Takes up a track's ledger where an earlier run stopped. That may have been cut off when a picture counted already, and what the ledger would
/// have said of it was not written yet.
enum LedgerResumption {
    /// - Parameters:
    ///   - since: From when on the track is wanted without a hole.
    ///   - cut: Segments of the track that were cut off and are settled now.
    /// - Returns: The ledger, and what is to be done to bring the library's up to date with it.
    static func resume(
        camera: String, track: SegmentTrack, since: Timestamp, cut: [SegmentRecovery.Finding], in library: RecordingLibrary
    ) throws(RecordingError) -> (ledger: GapLedger, actions: [GapLedger.Action]) {
        let end = max(since, try library.last(camera: camera, track: track)?.end ?? since)
        var ledger = GapLedger(camera: camera, track: track, covered: end, open: nil)
        var actions: [GapLedger.Action] = []
        if let gap = try library.openGap(camera: camera, track: track) {
            ledger = GapLedger(camera: camera, track: track, covered: gap.start, open: gap)
            let later = try library.segments(camera: camera, track: track, from: gap.start, to: Timestamp(microseconds: .max))
            if let first = later.first(where: { $0.start >= gap.start }) { actions += ledger.recorded(from: first.start, to: end) }
        }
        for hole in try unknownHoles(camera: camera, track: track, since: since, cut: cut, known: actions, in: library) {
            // As the ledger says of one that nothing announced.
            var gap = RecordingGap(camera: camera, track: track, start: hole.start, end: hole.end, cause: .camera)
            let draft = gap.draft()
            actions += [.keep(gap), .tell(draft)]
        }
        if ledger.open == nil { actions += ledger.interrupted(.nodeDown) }
        return (ledger, actions)
    }

    private static func unknownHoles(
        camera: String, track: SegmentTrack, since: Timestamp, cut: [SegmentRecovery.Finding], known: [GapLedger.Action],
        in library: RecordingLibrary
    ) throws(RecordingError) -> [RecordingCoverage.Span] {
        guard let first = cut.map(\.header.start).min() else { return [] }
        let before = try library.last(camera: camera, track: track, before: first)?.end ?? since
        var coverage = RecordingCoverage()
        for finding in cut { coverage.add(finding) }
        for case .keep(let gap) in known { coverage.add(gap) }
        for gap in try library.gaps(camera: camera, track: track, from: before, to: Timestamp(microseconds: .max)) where gap.end != nil {
            coverage.add(gap)
        }
        return coverage.holes(since: max(since, before))
    }
}
