import Media
package import MediaTypes
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

    private var tracker: ObjectTracker
    private var episodes: ObjectEpisodes
    private var pictures = ObjectPictures()
    private var isPictured: Bool
    private let planner: RegionPlanner
    /// When the whole picture was looked at last.
    private var surveyed: MediaTime?

    package init(settings: SightSettings = SightSettings(), planner: RegionPlanner = RegionPlanner()) {
        tracker = ObjectTracker(settings: settings.tracker)
        episodes = ObjectEpisodes(settings: settings)
        isPictured = settings.pictures
        self.planner = planner
    }

    /// Other zones or thresholds from now on; what is followed stays.
    package mutating func change(to settings: SightSettings) {
        tracker.settings = settings.tracker
        episodes.change(to: settings)
        isPictured = settings.pictures
        if !isPictured { pictures = ObjectPictures() }
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

    /// Takes what was found in the parts of a picture.
    package mutating func take(_ detections: [Detection], parts: [PixelRectangle], in look: SceneLook) -> SightOutcome {
        let covered = parts.map { $0.fractions(ofWidth: look.picture.width, height: look.picture.height) }
        let gone = tracker.update(detections, at: look.time, covered: covered, motion: look.motion)
        var outcome = episodes.observe(tracker.tracks, gone: gone, in: look)
        if isPictured { outcome.shots = pictures.take(outcome.changes, tracker.tracks, in: look) }
        return outcome
    }

    /// The stream is over, or begins anew: what goes on ends where it was last seen.
    package mutating func finish() -> SightOutcome {
        _ = tracker.removeAll()
        var outcome = SightOutcome()
        outcome.changes = episodes.finish()
        outcome.shots = pictures.end(outcome.changes)
        return outcome
    }
}
