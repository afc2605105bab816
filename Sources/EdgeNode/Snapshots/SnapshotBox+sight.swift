import Protocol
import Vision

extension SnapshotBox {
    /// - Parameter box: What of it lies outside of the picture is cut off.
    /// - Returns: Nil where all of it does.
    init?(_ kind: SnapshotBoxKind, _ box: Box, score: Double? = nil) {
        guard let box = box.clipped else { return nil }
        self.init(kind: kind, score: score, area: SnapshotArea(box))
    }

    /// Something that is followed, in the picture that showed it last.
    /// - Returns: Nil where it lies outside of the picture.
    init?(_ track: ObjectTrack) {
        let kind: SnapshotBoxKind
        switch track.kind {
        case .person: kind = track.label == ObjectFamily.faceAlone ? .face : .person
        case .pet: kind = .pet
        case .wildlife: kind = .wildlife
        case .vehicle: kind = .vehicle
        case nil: return nil
        }
        self.init(kind, track.latestBox, score: track.latestScore)
    }
}
