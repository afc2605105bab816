package import MediaTypes
package import Protocol
package import Vision

/// Decides which of an episode's frames become its pictures: a state machine on the frames' own times.
///
/// The best frame of the first moments is given out early, so that whoever is alarmed sees something; at the end the best of all is, if it is
/// clearly better. Until then at most one frame is held. What a frame is worth is the caller's: the detector's score times the moving area.
package struct SnapshotPicker<Picture: Sendable>: Sendable {
    /// Seconds from the start of an event to its first picture.
    package static var patience: Double { 1.5 }
    /// How many times as much as the picture that the hub has a frame must be worth to replace it.
    package static var margin: Double { 1.3 }

    private struct Candidate {
        var picture: Picture
        var people: [Box]?
        var boxes: [SnapshotBox]
        var worth: Double
        var isDamaged: Bool
    }

    private struct Episode {
        var event: EventID
        var start: MediaTime
        var best: Candidate?
        /// Worth of the picture that was given out.
        var given: Double?

        func shot(_ candidate: Candidate, rank: Int) -> SnapshotShot<Picture> {
            SnapshotShot(event: event, rank: rank, picture: candidate.picture, people: candidate.people, boxes: candidate.boxes)
        }
    }

    private var episode: Episode?

    package init() {}

    /// An event starts; one that was going on is forgotten.
    package mutating func begin(_ event: EventID, at start: MediaTime) { episode = Episode(event: event, start: start) }

    /// A frame of the event in which something moves. One that the decoder had to guess is only taken for want of others.
    /// - Parameters:
    ///   - people: Where people are in it; nil where nobody has looked for them.
    ///   - boxes: What it shows of the event: of this frame and no other, as they are given out with it.
    package mutating func offer(
        _ picture: Picture, worth: Double, isDamaged: Bool, people: [Box]? = nil, boxes: [SnapshotBox] = []
    ) {
        guard var current = episode else { return }
        let worth = worth.isFinite ? worth : 0
        let isBetter: Bool
        if let best = current.best {
            isBetter = best.isDamaged == isDamaged ? worth > best.worth : best.isDamaged
        } else if let given = current.given {
            isBetter = !isDamaged && worth >= given * Self.margin && worth > given
        } else {
            isBetter = true
        }
        guard isBetter else { return }
        current.best = Candidate(picture: picture, people: people, boxes: boxes, worth: worth, isDamaged: isDamaged)
        episode = current
    }

    /// The first picture, once its time has come.
    package mutating func due(at time: MediaTime) -> SnapshotShot<Picture>? {
        guard var current = episode, current.given == nil, let best = current.best, time.seconds(since: current.start) >= Self.patience
        else { return nil }
        // A picture that was guessed gives way to any whole one.
        current.given = best.isDamaged ? 0 : best.worth
        current.best = nil
        episode = current
        return current.shot(best, rank: 1)
    }

    /// The event has ended.
    /// - Returns: The best picture, where it is another than the one given out.
    package mutating func end() -> SnapshotShot<Picture>? {
        guard let current = episode else { return nil }
        episode = nil
        return current.best.map { current.shot($0, rank: current.given == nil ? 1 : 2) }
    }
}
