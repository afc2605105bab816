import Media
import MediaTypes
import Protocol
import Sight
import Vision

/// Gathers what the things that are followed can be known by, over several pictures of each: they vote.
struct ObjectPortraits: Sendable {
    /// Events of a camera whose portraits are gathered at a time: each holds one decoded picture.
    private static let limit = 3
    /// Seconds from one close look at a thing to the next, and once there are enough of them.
    private static let pause = 0.5
    private static let longPause = 3.0
    /// Pictures that vote.
    private static let enough = 5
    private static let most = 12
    /// Close looks without enough to show for it after which they come seldom, and at most: somebody may turn their back to the camera for hours.
    private static let fruitless = 12
    private static let mostLooks = 40
    /// Close looks at a picture, at most.
    private static let looks = 2
    /// Seconds from one close look of a camera to the next, one at a time, while others wait for the models: whether something is there matters more
    /// than who it is, and who it is must be told all the same.
    private static let pressedPause = 1.0
    /// Seconds from the first good picture to the first portrait, unless there are enough before.
    private static let patience = 2.0
    /// A portrait is sent again where as many times as many pictures voted.
    private static let progress = 2

    private struct Gathering {
        var event: EventID
        var label: String
        var kind: PortraitKind
        var looked: MediaTime?
        var first: MediaTime?
        var embeddings: [Embedding] = []
        var scores: [[Float]] = []
        var best: (picture: HeldPicture, crop: Box, worth: Double)?
        /// Pictures of the portrait that was given out.
        var given = 0
        var rank = 0
        var looks = 0

        var readings: Int { max(embeddings.count, scores.count) }
        /// Whether there is no portrait of it yet, or far more is known by now.
        var isProgress: Bool { given == 0 || embeddings.count >= ObjectPortraits.progress * given }
        /// Whether more can come of it.
        var isOpen: Bool { readings < ObjectPortraits.most && looks < ObjectPortraits.mostLooks }
    }

    private var gatherings: [Int: Gathering] = [:]
    private var looked: MediaTime?

    /// Takes what a look has changed.
    /// - Parameters:
    ///   - faces: Whether people are looked at.
    ///   - animals: Whether animals are.
    mutating func begin(_ changes: [ObjectChange], faces: Bool, animals: Bool) {
        for change in changes where change.phase != .ended && change.family != .vehicle {
            let kind: PortraitKind = change.family == .person ? .face : .animal
            // Who was taken for a cat at first is not to be known as one.
            if let former = gatherings[change.track], former.kind != kind {
                gatherings[change.track] = Gathering(event: change.event, label: change.label, kind: kind, rank: former.rank)
            } else if gatherings[change.track] == nil, kind == .face ? faces : animals, hasRoom {
                gatherings[change.track] = Gathering(event: change.event, label: change.label, kind: kind)
            }
            gatherings[change.track]?.label = change.label
        }
    }

    /// Who has been looked at enough leaves room for others.
    private var hasRoom: Bool { gatherings.values.filter(\.isOpen).count < Self.limit }

    /// Other settings: what was gathered that is not wanted any more is not given out.
    mutating func keep(faces: Bool, animals: Bool) {
        for (track, gathering) in gatherings where gathering.kind == .face ? !faces : !animals {
            gatherings[track] = Gathering(event: gathering.event, label: gathering.label, kind: gathering.kind, rank: gathering.rank)
        }
    }

    /// What is to be looked at closely in this picture: of those that it shows, the ones that were not for the longest time.
    /// - Parameters:
    ///   - faces: Whether people are.
    ///   - animals: Whether animals are.
    ///   - isPressed: Whether others wait for the models.
    mutating func wanted(
        _ tracks: [ObjectTrack], in look: SceneLook, faces: Bool, animals: Bool, isPressed: Bool = false
    ) -> [CloseLook] {
        guard !look.isDamaged else { return [] }
        if isPressed, let looked, (0..<Self.pressedPause).contains(look.time.seconds(since: looked)) { return [] }
        let due = tracks.filter { track in
            guard track.last == look.time, let gathering = gatherings[track.number], gathering.kind == .face ? faces : animals,
                gathering.isOpen
            else { return false }
            guard let looked = gathering.looked else { return true }
            let pause = gathering.readings < Self.enough && gathering.looks < Self.fruitless ? Self.pause : Self.longPause
            return !(0..<pause).contains(look.time.seconds(since: looked))
        }
        let sorted = due.sorted { one, other in
            let (first, second) = (
                gatherings[one.number]?.looked?.nanoseconds ?? .min, gatherings[other.number]?.looked?.nanoseconds ?? .min
            )
            return (first, one.number) < (second, other.number)
        }
        let people = tracks.filter { $0.family == .person && $0.isConfirmed }
        if !sorted.isEmpty { looked = look.time }
        return sorted.prefix(isPressed ? 1 : Self.looks).map { track in
            gatherings[track.number]?.looked = look.time
            gatherings[track.number]?.looks += 1
            return CloseLook(
                track: track.number, box: track.box, score: track.latestScore, isPerson: gatherings[track.number]?.kind == .face,
                others: people.filter { $0.number != track.number }.map(\.box))
        }
    }

    /// A face was read.
    mutating func take(_ reading: FaceReading, of track: Int, in look: SceneLook) {
        note(reading.embedding, worth: reading.worth, crop: reading.face.box.grown(by: CropMargin.face), of: track, in: look)
    }

    /// An animal was looked at.
    /// - Parameter scores: Of the classes of what takes second looks.
    mutating func take(_ scores: [Float]?, _ embedding: Embedding?, of close: CloseLook, in look: SceneLook) {
        if let scores { gatherings[close.track]?.scores.append(scores) }
        guard let embedding else { return }
        let worth = close.score * (close.box.clipped?.area ?? 0).squareRoot()
        note(embedding, worth: worth, crop: close.box.grown(by: CropMargin.animal), of: close.track, in: look)
    }

    private mutating func note(_ embedding: Embedding, worth: Double, crop: Box, of track: Int, in look: SceneLook) {
        guard var gathering = gatherings[track] else { return }
        gathering.embeddings.append(embedding)
        gathering.first = gathering.first ?? look.time
        if worth > gathering.best?.worth ?? 0 { gathering.best = (look.picture, crop, worth) }
        gatherings[track] = gathering
    }

    /// Says how well something can be known, and of an animal what it is, by all that was seen of it. The detector's cats and dogs stay what they are: it knows them well.
    func name(_ change: inout ObjectChange, by judge: AnimalJudge) {
        change.closeUps = gatherings[change.track]?.embeddings.count ?? 0
        guard change.family == .animal, !change.isPet, let scores = gatherings[change.track]?.scores, !scores.isEmpty else { return }
        change.species = judge.judge(all: scores)
    }

    /// Portraits whose time has come.
    mutating func due(at time: MediaTime) -> [PortraitShot] {
        gatherings.keys.sorted().compactMap { track in
            guard let gathering = gatherings[track], let first = gathering.first else { return nil }
            // The last one: nothing more comes of it, and its picture is let go of.
            if !gathering.isOpen, gathering.best != nil {
                defer { gatherings[track]?.best = nil }
                return gathering.isProgress ? shot(of: track) : nil
            }
            guard gathering.given == 0, gathering.embeddings.count >= Self.enough || time.seconds(since: first) >= Self.patience else {
                return nil
            }
            return shot(of: track)
        }
    }

    /// Of those that have ended: where there is none yet, or far more is known by now.
    mutating func end(_ changes: [ObjectChange]) -> [PortraitShot] {
        changes.filter { $0.phase == .ended }.compactMap { change in
            defer { gatherings[change.track] = nil }
            return gatherings[change.track]?.isProgress == true ? shot(of: change.track) : nil
        }
    }

    private mutating func shot(of track: Int) -> PortraitShot? {
        guard var gathering = gatherings[track], let best = gathering.best, let middle = Embedding.middle(gathering.embeddings) else {
            return nil
        }
        gathering.given = gathering.embeddings.count
        gathering.rank += 1
        gatherings[track] = gathering
        return PortraitShot(
            event: gathering.event, rank: gathering.rank, track: track, kind: gathering.kind, embedding: middle,
            pictures: gathering.embeddings.count, label: gathering.label, picture: best.picture, crop: best.crop)
    }
}
