import Media
package import MediaTypes
package import Sight
package import Vision

/// What one camera has in sight: decides where a look goes, follows what is found, and makes events of it. Pure; owned by whoever calls the
/// detector.
package struct CameraSight: Sendable {
    /// Seconds after which something that stands is looked at again, and the longest that grows to.
    private static let recheck = 2.0...30.0

    /// Seconds for which what stands may go on any moment.
    private static let attention = 5.0

    /// Seconds from one look at the whole picture to the next.
    private static let survey = 30.0

    /// By which what is followed is grown on each side when it is asked what moves beside it.
    private static let reach = 0.3
    /// Second looks at a picture, at most.
    private static let secondLookLimit = 2

    /// Share of an animal's scores from which a second look goes on with what is followed. By chance it is .4, as ImageNet has that many animals among
    /// its classes. On the test clips the cat by night has .37 to .99, the ground where it sat .1 to .36, what moves and is none .22 at most.
    private static let doubtfulAnimal = 0.4
    /// The same from which one begins something new. The first look at a rider in the distance has
    /// more than .45, the first three at the cat .96 or more.
    private static let sureAnimal = 0.8

    private var tracker: ObjectTracker
    private var episodes: ObjectEpisodes
    private var pictures = ObjectPictures()
    private var portraits = ObjectPortraits()
    private var settings: SightSettings
    /// Whether faces and animals can be read: as the models are there.
    package var readsFaces = false
    package var readsAnimals = false
    /// Says which animal it is.
    package var animalJudge = AnimalJudge()
    private let planner: RegionPlanner
    /// When the whole picture was looked at last.
    private var surveyed: MediaTime?

    package init(settings: SightSettings = SightSettings(), planner: RegionPlanner = RegionPlanner()) {
        tracker = ObjectTracker(settings: settings.tracker)
        episodes = ObjectEpisodes(settings: settings)
        self.settings = settings
        self.planner = planner
    }

    /// Other zones or thresholds from now on; what is followed stays.
    package mutating func change(to settings: SightSettings) {
        tracker.settings = settings.tracker
        episodes.change(to: settings)
        if !settings.pictures { pictures = ObjectPictures() }
        portraits.keep(faces: settings.faces, animals: settings.pictures)
        self.settings = settings
    }

    /// What is followed and believed.
    package var objects: [ObjectTrack] { tracker.tracks.filter(\.isConfirmed) }

    /// Whether the event of a motion episode became an object's.
    package func explains(_ episode: MotionEpisodeChange) -> Bool { episodes.explains(episode.event) }

    /// Whether something moves that is followed, so that pictures are wanted although nothing else may tell that it does.
    package func isFollowing(at time: MediaTime) -> Bool {
        tracker.tracks.contains {
            $0.isConfirmed && $0.hasMoved && $0.stillSeconds(at: time) < Self.attention
                && time.seconds(since: $0.last) < tracker.settings.patience
        }
    }

    /// What to look at in a picture, and which parts of it: nothing where nothing moves and nothing that is followed is due.
    package mutating func plan(for look: SceneLook) -> (places: [Box], parts: [PixelRectangle]) {
        let followed = tracker.tracks.filter { track in
            let waited = look.time.seconds(since: track.looked)
            // What may be gone is looked for at once.
            if track.misses > 0 || !track.isConfirmed { return true }
            let still = track.stillSeconds(at: look.time)
            let pause = still < Self.attention ? 0 : min(max(still / 4, Self.recheck.lowerBound), Self.recheck.upperBound)
            return waited < 0 || waited >= pause
        }
        var places = look.motion + followed.map(\.box) + look.observation.suspects
        // Whoever was there before the node was, or came too slowly to be noticed, is found so.
        if surveyed.map({ !(0..<Self.survey).contains(look.time.seconds(since: $0)) }) ?? true {
            surveyed = look.time
            places.append(Box(x: 0, y: 0, width: 1, height: 1))
        }
        return (places, planner.plan(places, width: look.picture.width, height: look.picture.height))
    }

    /// What the detector found, as the camera's settings take it.
    package func judge(_ detections: [Detection], in look: SceneLook) -> [Detection] {
        let aspect = Double(look.picture.width) / Double(max(look.picture.height, 1))
        return detections.map { settings.objects.judge($0, zones: settings.zones, aspect: aspect, score: tracker.settings.newScore) }
    }

    /// Where a second look may tell of an animal: at what the detector takes for one without being sure, at what only second looks know, and where
    /// something moves that nothing explains; few at a time, the largest of those that move.
    package func secondLooks(at detections: [Detection], in look: SceneLook) -> [Box] {
        let doubtful = detections.filter { $0.kind?.family == .animal && !isSure($0) }.map(\.box)
        let strangers = tracker.tracks.filter { $0.isConfirmed && $0.label == ObjectFamily.anyAnimal }.map(\.box)
        // Who may be a person, or on a vehicle, is none, also where nobody watches for these; an animal that is not believed yet explains nothing, and
        // one that is ignored shall not come back by another name.
        let explanations =
            detections.filter { $0.kind?.family == .animal ? isSure($0) : ($0.kind ?? ObjectKind(label: $0.label)) != nil }.map(\.box)
            + tracker.tracks.filter { $0.isConfirmed || $0.family != .animal }.map(\.box)
        let standing = strangers.filter { box in !(detections.map(\.box)).contains { $0.intersection(box) > 0.3 * box.area } }
        let moving = look.motion.filter { !Self.isExplained($0, by: explanations + doubtful) }
        return Array((doubtful.prefix(1) + standing + moving.sorted { $0.area > $1.area }).prefix(Self.secondLookLimit))
    }

    /// Where somebody may be of whom only a face shows: where something moves that nothing explains, or was found so before; one at a time, the largest. Nowhere where
    /// the settings do not want faces.
    /// - Parameter detections: Those of second looks for animals, too.
    package func headLook(at detections: [Detection], in look: SceneLook) -> Box? {
        guard readsFaces, settings.faces, !look.isDamaged else { return nil }
        let explanations =
            detections.filter(isSure).map(\.box) + tracker.tracks.filter { $0.isConfirmed && $0.label != ObjectFamily.faceAlone }.map(\.box)
        let known = tracker.tracks.filter { $0.label == ObjectFamily.faceAlone }.map(\.box)
        let places = (look.motion + known).filter { !Self.isExplained($0, by: explanations) }
        return places.max { $0.area < $1.area }?.grown(by: Self.reach)
    }

    /// Whether a detection needs no second look. What the camera's limits have judged is not to come back by another name.
    private func isSure(_ detection: Detection) -> Bool { detection.score >= tracker.settings.newScore || detection.mayBegin != nil }

    /// Whether what moves somewhere is a part, or the shadow, of something that is known.
    private static func isExplained(_ place: Box, by explanations: [Box]) -> Bool {
        explanations.contains { $0.grown(by: reach).intersection(place) > 0 }
    }

    /// What a second look makes of a place: an animal, or nothing. A doubtful one only goes on with what is followed already, as all that is doubtful.
    /// Where nothing moves there must be more to it.
    package func animal(in place: Box, _ scores: [Float], look: SceneLook) -> Detection? {
        let presence = animalJudge.presence(of: scores)
        let moves = look.motion.contains { $0.intersection(place) > 0 }
        guard presence >= (moves ? Self.doubtfulAnimal : animalJudge.presence) else { return nil }
        let isSure = presence >= Self.sureAnimal
        let found = Detection(
            label: ObjectFamily.anyAnimal, score: isSure ? presence : min(presence, tracker.settings.newScore.nextDown), box: place)
        var judged = judge([found], in: look)[0]
        if !isSure { judged.mayBegin = false }
        return judged.kind == nil ? nil : judged
    }

    /// Takes what was found in the parts of a picture.
    package mutating func take(_ detections: [Detection], parts: [PixelRectangle], in look: SceneLook) -> SightOutcome {
        let covered = parts.map { $0.fractions(ofWidth: look.picture.width, height: look.picture.height) }
        let gone = tracker.update(detections, at: look.time, covered: covered, motion: look.motion)
        var outcome = episodes.observe(tracker.tracks, gone: gone, in: look)
        portraits.begin(outcome.changes, faces: readsFaces && settings.faces, animals: readsAnimals)
        if settings.pictures {
            outcome.shots = pictures.take(outcome.changes, tracker.tracks, people: people(among: detections), in: look)
        }
        return outcome
    }

    /// Where people are in a picture, or may be: for those who are to see that something was there and not who. Doubtful ones count, as one too many is
    /// hidden rather than one too few, and those who were seen before in a part that was not looked at now.
    private func people(among detections: [Detection]) -> [Box] {
        let found = detections.filter { ObjectKind(label: $0.label) == .person || $0.kind == .person }.map(\.box)
        return found + tracker.tracks.filter { $0.family == .person }.map(\.box)
    }

    /// What is to be looked at closely after `take`. Nobody's face is where the settings do not want it.
    /// - Parameter isPressed: Whether others wait for the models.
    package mutating func closeLooks(at look: SceneLook, isPressed: Bool = false) -> [CloseLook] {
        portraits.wanted(
            tracker.tracks, in: look, faces: readsFaces && settings.faces, animals: readsAnimals, isPressed: isPressed)
    }

    /// A face was read.
    package mutating func take(_ reading: FaceReading, of close: CloseLook, in look: SceneLook) {
        portraits.take(reading, of: close.track, in: look)
    }

    /// An animal was looked at closely.
    package mutating func take(_ scores: [Float]?, _ embedding: Embedding?, of close: CloseLook, in look: SceneLook) {
        // Where no pictures are wanted there is none of an animal either; what it is can be told all the same.
        portraits.take(scores, settings.pictures ? embedding : nil, of: close, in: look)
    }

    /// What those who are followed can be known by, as far as the hub is to have it now.
    /// - Parameter changes: Of the look: get the animals' names.
    package mutating func portraits(_ changes: inout [ObjectChange], in look: SceneLook) -> [PortraitShot] {
        for index in changes.indices { portraits.name(&changes[index], by: animalJudge) }
        return portraits.end(changes) + portraits.due(at: look.time)
    }

    /// The stream is over, or begins anew: what goes on ends where it was last seen.
    package mutating func finish() -> SightOutcome {
        _ = tracker.removeAll()
        var outcome = SightOutcome()
        outcome.changes = episodes.finish()
        outcome.shots = pictures.end(outcome.changes)
        for index in outcome.changes.indices { portraits.name(&outcome.changes[index], by: animalJudge) }
        outcome.portraits = portraits.end(outcome.changes)
        return outcome
    }
}
