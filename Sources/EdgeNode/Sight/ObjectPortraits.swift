import Media
import MediaTypes
import Protocol
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
    /// Close looks at a picture, at most.
    private static let looks = 2
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
    }

    private var gatherings: [Int: Gathering] = [:]
    private let judge = AnimalJudge()

    /// Takes what a look has changed.
    mutating func begin(_ changes: [ObjectChange]) {
        for change in changes where change.phase != .ended && change.family != .vehicle {
            let kind: PortraitKind = change.family == .person ? .face : .animal
            // Who was taken for a cat at first is not to be known as one.
            if let former = gatherings[change.track], former.kind != kind {
                gatherings[change.track] = Gathering(event: change.event, label: change.label, kind: kind, rank: former.rank)
            } else if gatherings[change.track] == nil, gatherings.count < Self.limit {
                gatherings[change.track] = Gathering(event: change.event, label: change.label, kind: kind)
            }
            gatherings[change.track]?.label = change.label
        }
    }

    /// What is to be looked at closely in this picture: of those that it shows, the ones that were not for the longest time.
    /// - Parameters:
    ///   - faces: Whether people are.
    ///   - animals: Whether animals are.
    mutating func wanted(_ tracks: [ObjectTrack], in look: SceneLook, faces: Bool, animals: Bool) -> [CloseLook] {
        guard !look.isDamaged else { return [] }
        let due = tracks.filter { track in
            guard track.last == look.time, let gathering = gatherings[track.number], gathering.kind == .face ? faces : animals else {
                return false
            }
            guard let looked = gathering.looked else { return true }
            let count = max(gathering.embeddings.count, gathering.scores.count)
            let pause = count < Self.enough ? Self.pause : Self.longPause
            return count < Self.most && !(0..<pause).contains(look.time.seconds(since: looked))
        }
        let sorted = due.sorted { one, other in
            let (first, second) = (
                gatherings[one.number]?.looked?.nanoseconds ?? .min, gatherings[other.number]?.looked?.nanoseconds ?? .min
            )
            return (first, one.number) < (second, other.number)
        }
        return sorted.prefix(Self.looks).map { track in
            gatherings[track.number]?.looked = look.time
            return CloseLook(
                track: track.number, box: track.box, score: track.latestScore, isPerson: gatherings[track.number]?.kind == .face)
        }
    }

    /// A face was read.
    mutating func take(_ reading: FaceReading, of track: Int, in look: SceneLook) {
        note(reading.embedding, worth: reading.worth, crop: reading.face.box.grown(by: 0.4), of: track, in: look)
    }

    /// An animal was looked at.
    /// - Parameter scores: Of ImageNet's classes.
    mutating func take(_ scores: [Float]?, _ embedding: Embedding?, of close: CloseLook, in look: SceneLook) {
        if let scores { gatherings[close.track]?.scores.append(scores) }
        guard let embedding else { return }
        let worth = close.score * (close.box.clipped?.area ?? 0).squareRoot()
        note(embedding, worth: worth, crop: close.box.grown(by: 0.1), of: close.track, in: look)
    }

    private mutating func note(_ embedding: Embedding, worth: Double, crop: Box, of track: Int, in look: SceneLook) {
        guard var gathering = gatherings[track] else { return }
        gathering.embeddings.append(embedding)
        gathering.first = gathering.first ?? look.time
        if worth > gathering.best?.worth ?? 0 { gathering.best = (look.picture, crop, worth) }
        gatherings[track] = gathering
    }

    /// Says how well something can be known, and of an animal what it is, by all that was seen of it. The detector's cats and dogs stay what they are: it knows them well.
    func name(_ change: inout ObjectChange) {
        change.closeUps = gatherings[change.track]?.embeddings.count ?? 0
        guard change.family == .animal, !change.isPet, let scores = gatherings[change.track]?.scores, !scores.isEmpty else { return }
        change.species = judge.judge(all: scores)
    }

    /// Portraits whose time has come.
    mutating func due(at time: MediaTime) -> [PortraitShot] {
        gatherings.keys.sorted().compactMap { track in
            guard let gathering = gatherings[track], gathering.given == 0, let first = gathering.first,
                gathering.embeddings.count >= Self.enough || time.seconds(since: first) >= Self.patience
            else { return nil }
            return shot(of: track)
        }
    }

    /// Of those that have ended: where there is none yet, or far more is known by now.
    mutating func end(_ changes: [ObjectChange]) -> [PortraitShot] {
        changes.filter { $0.phase == .ended }.compactMap { change in
            defer { gatherings[change.track] = nil }
            guard let gathering = gatherings[change.track],
                gathering.given == 0 || gathering.embeddings.count >= Self.progress * gathering.given
            else { return nil }
            return shot(of: change.track)
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
