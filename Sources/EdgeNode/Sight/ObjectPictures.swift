import Media
import MediaTypes
import Protocol
import Vision

/// Picks the pictures of objects' events: an early one, and the best of all at the end, by how sure and how large the thing was in it and,
/// of pictures that are much the same in that, by how sharp it is.
struct ObjectPictures: Sendable {
    /// Events of a camera whose pictures are picked at a time: each holds one decoded picture.
    private static let limit = 3
    /// A picture of a thing comes before one of its motion: see `SnapshotWire.ranks`.
    private static let rank = 2
    /// How much more a picture can be worth for being sharp: less than it takes to replace one that the hub has (`SnapshotPicker.margin`).
    private static let gain = 0.25
    /// Variance of the Laplacian at which half of that is reached: what is less is taken for blurred as a rule.
    private static let sharp = 100.0

    private var pickers: [Int: SnapshotPicker<HeldPicture>] = [:]

    /// Takes what a look has changed, and the tracks that it showed.
    /// - Parameter people: Where people are in the picture, or may be.
    /// - Returns: Pictures that are to be sent.
    mutating func take(
        _ changes: [ObjectChange], _ tracks: [ObjectTrack], people: [Box], in look: SceneLook
    ) -> [SnapshotShot<HeldPicture>] {
        var shots = end(changes)
        for change in changes where change.phase == .started && pickers.count < Self.limit {
            var picker = SnapshotPicker<HeldPicture>()
            picker.begin(change.event, at: look.time)
            pickers[change.track] = picker
        }
        for track in tracks where track.last == look.time && pickers[track.number] != nil {
            pickers[track.number]?.offer(
                look.picture, worth: Self.worth(of: track, in: look.picture), isDamaged: look.isDamaged, people: people,
                boxes: [SnapshotBox(track)].compactMap(\.self))
        }
        for number in pickers.keys.sorted() {
            if let shot = pickers[number]?.due(at: look.time) { shots.append(Self.ranked(shot)) }
        }
        return shots
    }

    /// The best pictures of events that have ended, where they are other ones than those that were sent.
    mutating func end(_ changes: [ObjectChange]) -> [SnapshotShot<HeldPicture>] {
        changes.filter { $0.phase == .ended }.compactMap { change in
            var picker = pickers.removeValue(forKey: change.track)
            return picker?.end().map { Self.ranked($0) }
        }
    }

    private static func worth(of track: ObjectTrack, in picture: HeldPicture) -> Double {
        let worth = track.latestScore * (track.box.clipped?.area ?? 0).squareRoot()
        guard let part = PixelRectangle(track.box, width: picture.width, height: picture.height) else { return worth }
        let sharpness = picture.withPlanes { layout, luma, _, _ in
            PictureSharpness.measure(part, luma: luma, stride: layout.lumaStride, width: layout.width, height: layout.height)
        }
        guard let sharpness else { return worth }
        return worth * (1 + gain * sharpness / (sharpness + sharp))
    }

    private static func ranked(_ shot: SnapshotShot<HeldPicture>) -> SnapshotShot<HeldPicture> {
        SnapshotShot(event: shot.event, rank: shot.rank + rank, picture: shot.picture, people: shot.people, boxes: shot.boxes)
    }
}
