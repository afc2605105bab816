package import MediaTypes

/// One thing, followed over the pictures of a camera.
package struct ObjectTrack: Sendable, Hashable {
    /// How far the centre may drift from where it stood, and the size from what it was, while it counts as standing: shares of its size. A
    /// detector's boxes of one parked car lie within.
    private static let drift = 0.15
    private static let growth = 1.35
    /// By how much another label must lead.
    private static let lead = 1.2
    /// Displacement of a side that is movement whatever else is seen, as a share of the size.
    private static let displacement = 0.35

    /// Seconds after a sighting for which it is taken to go on as it went.
    private static let foresight = 1.5

    /// Counts the tracks of a camera from 1.
    package let number: Int
    package let first: MediaTime
    /// Of the last picture that showed it.
    package private(set) var last: MediaTime
    /// Scores of all sightings by label.
    package private(set) var votes: [String: Double]
    /// The best of all sightings under `label`.
    package private(set) var scores: [String: Double]
    package private(set) var sightings = 1
    /// Of the last sighting.
    package private(set) var latestScore: Double
    /// Where the last sighting itself was: that of the picture of `last`, which `box` is only near to.
    package private(set) var latestBox: Box
    /// Looks in a row that should have shown it and did not.
    package private(set) var misses = 0
    /// Of the last look that showed it or should have.
    package private(set) var looked: MediaTime
    /// The track that it is behind: it vanished there, and goes where that goes.
    package private(set) var companion: Int?
    /// Whether it is believed.
    package private(set) var isConfirmed = false
    /// Something moved within it, or it moved itself.
    package private(set) var hasMoved = false
    /// Since when it stands.
    package private(set) var stillSince: MediaTime
    /// Of the labels of all sightings.
    private var kinds: [String: ObjectKind] = [:]
    private var filter: KalmanBox
    private var predicted: MediaTime
    /// Where it began, and where it stands.
    private let origin: Box
    private var anchor: Box
    private var motionSightings = 0
    private var sureSightings = 1

    init(number: Int, _ detection: Detection, at time: MediaTime) {
        self.number = number
        first = time
        last = time
        looked = time
        predicted = time
        stillSince = time
        latestScore = detection.score
        latestBox = detection.box
        label = detection.label
        votes = [detection.label: detection.score]
        scores = votes
        kinds[detection.label] = detection.kind
        filter = KalmanBox(detection.box)
        origin = detection.box
        anchor = detection.box
    }

    /// Where it is, by all that was seen of it.
    package var box: Box { filter.box }

    /// Where it should be at another time.
    package func box(at time: MediaTime) -> Box {
        var later = filter
        later.predict(seconds: foreseeable(until: time))
        return later.box
    }

    /// Seconds from the last prediction for which its way is known.
    private func foreseeable(until time: MediaTime) -> Double {
        min(time.seconds(since: predicted), Self.foresight - predicted.seconds(since: last))
    }

    /// What it is, by the votes of all sightings: another name takes the place of one when it leads by a fifth, so that a detector that wavers between
    /// two does not carry the event with it.
    package private(set) var label: String

    /// What is made of the label; nil where nothing is, which cannot be of what is followed.
    package var kind: ObjectKind? { kinds[label] }

    /// Nil where there is no kind.
    package var family: ObjectFamily? { kind?.family }

    /// 0…1.
    package var score: Double { scores[label] ?? 0 }

    var evidence: Double { votes.values.reduce(0, +) }

    /// Seconds for which it has stood.
    package func stillSeconds(at time: MediaTime) -> Double { max(0, time.seconds(since: stillSince)) }

    mutating func predict(to time: MediaTime) {
        filter.predict(seconds: foreseeable(until: time))
        // What was not seen for longer may be anywhere: where it should have been then is the best guess.
        if time.seconds(since: last) > Self.foresight { filter.stop() }
        filter.keepInPicture()
        predicted = max(predicted, time)
    }

    /// - Parameter motion: What moves in the picture.
    mutating func see(_ detection: Detection, at time: MediaTime, motion: [Box], settings: TrackerSettings) {
        filter.correct(detection.box)
        votes[detection.label, default: 0] += detection.score
        // By whatever said the label first: a second look's "animal" does not change what the detector's is.
        kinds[detection.label] = kinds[detection.label] ?? detection.kind
        if let best = votes.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), best.value > Self.lead * (votes[label] ?? 0) {
            label = best.key
        }
        scores[detection.label] = max(scores[detection.label] ?? 0, detection.score)
        latestScore = detection.score
        latestBox = detection.box
        sightings += 1
        misses = 0
        companion = nil
        last = time
        looked = time
        if settings.mayBegin(detection) { sureSightings += 1 }
        // What looks like a person in the leaves does so now and then.
        if evidence >= settings.evidence, sureSightings > 1, 3 * sureSightings >= sightings { isConfirmed = true }
        note(motion, at: time)
    }

    /// It is behind another, or not any more.
    mutating func join(_ other: Int?) {
        companion = other
        if other != nil { filter.stop() }
    }

    mutating func follow(byX across: Double, y down: Double) { filter.move(byX: across, y: down) }

    /// Time passes for what goes where another goes.
    mutating func wait(until time: MediaTime) { predicted = max(predicted, time) }

    mutating func miss(at time: MediaTime) {
        misses += 1
        looked = time
    }

    /// Something begins with its first sighting, too.
    mutating func note(_ motion: [Box], at time: MediaTime) {
        let box = box
        if !isStanding(box, at: anchor) {
            anchor = box
            stillSince = time
        }
        // Most of what moves lies within it and is a part of it that counts, or it lies within what moves.
        let moves = motion.contains { moving in
            let shared = moving.intersection(box)
            return shared >= 0.5 * moving.area && shared >= 0.1 * box.area || shared >= 0.7 * box.area
        }
        if moves { motionSightings += 1 }
        // By its sides, as what comes into the picture shows more and more of itself.
        let across = max(abs(box.x - origin.x), abs(box.maxX - origin.maxX)) / origin.width
        let down = max(abs(box.y - origin.y), abs(box.maxY - origin.maxY)) / origin.height
        let isDisplaced = max(across, down) >= Self.displacement
        // Rain on a parked car moves within it, and is not the car. What is an animal only to second looks may be the ground where one sat.
        let mustGo = family == .vehicle || label == ObjectFamily.anyAnimal
        hasMoved = hasMoved || (mustGo ? isDisplaced && motionSightings > 0 : isDisplaced || motionSightings > 1)
    }

    private func isStanding(_ box: Box, at place: Box) -> Bool {
        abs(box.centreX - place.centreX) <= Self.drift * place.width && abs(box.centreY - place.centreY) <= Self.drift * place.height
            && max(box.area, place.area) <= Self.growth * min(box.area, place.area)
    }
}
