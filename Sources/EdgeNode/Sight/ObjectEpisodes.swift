import Base
import MediaTypes
import Protocol
import Vision

/// Makes events of what is followed: one for a track, from its first sighting to its last. What has not moved makes none, and a vehicle that
/// was parked makes none until it moves again.
struct ObjectEpisodes: Sendable {
    /// Seconds for which a vehicle must stand before it is parked.
    static let parking = 10.0
    /// Seconds within which two beginnings are one.
    static let recent = 10.0

    /// By which a thing is grown on each side to hold its shadow, when it is asked what explains a motion.
    private static let reach = 0.3
    /// Motion events that are remembered as explained, at most.
    private static let remembered = 16

    private struct Open {
        var change: ObjectChange
        var reported: MediaTime
        var bestScore: Double
    }

    private struct Presence {
        var zones: [String: ZonePresence] = [:]
        var entered: [String] = []
        var isMasked = false
    }

    private var settings: SightSettings
    private var open: [Int: Open] = [:]
    private var presence: [Int: Presence] = [:]
    /// Tracks of vehicles that are parked, and when they were found to be.
    private var parked: [Int: MediaTime] = [:]
    /// Motion events that have been explained, the oldest first.
    private var explained: [EventID] = []

    init(settings: SightSettings) { self.settings = settings }

    mutating func change(to settings: SightSettings) {
        self.settings = settings
        presence = [:]
    }

    /// Whether the event of a motion episode became an object's.
    func explains(_ event: EventID) -> Bool { explained.contains(event) }

    /// Takes what is followed after a look.
    /// - Parameters:
    ///   - tracks: All of them.
    ///   - gone: Those that ended with it.
    mutating func observe(_ tracks: [ObjectTrack], gone: [ObjectTrack], in look: SceneLook) -> SightOutcome {
        var outcome = SightOutcome()
        if let event = explainedByWhatIsFollowed(tracks, in: look) { outcome.explained.append(event) }
        outcome.changes = changes(tracks, gone: gone, in: look)
        return outcome
    }

    /// Motion that began while what moves had an event already: somebody who stood goes on.
    private mutating func explainedByWhatIsFollowed(_ tracks: [ObjectTrack], in look: SceneLook) -> EventID? {
        guard let event = look.episode?.event, !explains(event), !look.motion.isEmpty else { return nil }
        let known = tracks.filter { open[$0.number] != nil && $0.last == look.time }.map { $0.box.grown(by: Self.reach) }
        let isKnown = look.motion.allSatisfy { moving in known.contains { $0.intersection(moving) >= 0.5 * moving.area } }
        guard isKnown else { return nil }
        remember(event)
        return event
    }

    private mutating func remember(_ event: EventID) {
        explained.append(event)
        explained.removeFirst(max(0, explained.count - Self.remembered))
    }

    private mutating func changes(_ tracks: [ObjectTrack], gone: [ObjectTrack], in look: SceneLook) -> [ObjectChange] {
        var changes = gone.compactMap { end($0.number) }
        for track in tracks where track.last == look.time && track.isConfirmed {
            note(track, at: look.time)
            if open[track.number] != nil {
                changes += goOn(track, in: look)
            } else if begins(track, at: look.time) {
                changes.append(begin(track, in: look))
            }
        }
        for number in gone.map(\.number) {
            presence[number] = nil
            parked[number] = nil
        }
        return changes
    }

    /// Nothing is followed any more: what goes on ends where it was last seen.
    mutating func finish() -> [ObjectChange] {
        defer {
            presence = [:]
            parked = [:]
        }
        return open.keys.sorted().compactMap { end($0) }
    }

    private func begins(_ track: ObjectTrack, at time: MediaTime) -> Bool {
        let place = presence[track.number] ?? Presence()
        guard track.hasMoved, !place.isMasked, settings.zones.isEmpty || !place.entered.isEmpty else { return false }
        guard track.family == .vehicle else { return true }
        if let since = parked[track.number] { return track.stillSince > since }
        return track.stillSeconds(at: time) < Self.parking
    }

    /// When it came, or what had stood until then began to move.
    private func beginning(of track: ObjectTrack, at time: MediaTime) -> MediaTime {
        [track.first, track.stillSince].first { time.seconds(since: $0) <= Self.recent } ?? time
    }

    private mutating func begin(_ track: ObjectTrack, in look: SceneLook) -> ObjectChange {
        parked[track.number] = nil
        let since = beginning(of: track, at: look.time)
        // Only one thing can have been what began to move, where something moves, about when it did.
        let episode = look.episode.flatMap { episode in
            let isSame = abs(since.seconds(since: episode.start)) <= Self.recent && look.motion.contains { $0.intersection(track.box) > 0 }
            return explains(episode.event) || !isSame ? nil : episode
        }
        if let episode { remember(episode.event) }
        let ownStart = look.timestamp(of: since)
        let change = ObjectChange(
            phase: .started, event: episode?.event ?? EventID(at: ownStart), explainsMotion: episode != nil, track: track.number,
            label: track.label, kind: track.kind ?? .vehicle, score: track.score, start: episode?.start ?? since,
            startTimestamp: episode?.startTimestamp ?? ownStart, end: look.time, endTimestamp: look.timestamp, box: track.box,
            lastBox: track.box, zones: presence[track.number]?.entered ?? [], sightings: track.sightings)
        open[track.number] = Open(change: change, reported: look.time, bestScore: track.latestScore)
        return change
    }

    private mutating func goOn(_ track: ObjectTrack, in look: SceneLook) -> [ObjectChange] {
        guard var current = open[track.number] else { return [] }
        let before = current.change
        current.change.phase = .updated
        current.change.label = track.label
        current.change.kind = track.kind ?? current.change.kind
        current.change.score = track.score
        current.change.end = look.time
        current.change.endTimestamp = look.timestamp
        current.change.lastBox = track.box
        current.change.sightings = track.sightings
        current.change.zones = presence[track.number]?.entered ?? []
        if track.latestScore >= current.bestScore {
            current.bestScore = track.latestScore
            current.change.box = track.box
        }
        if track.family == .vehicle, track.stillSeconds(at: look.time) >= Self.parking {
            parked[track.number] = look.time
            current.change.end = track.stillSince
            current.change.endTimestamp = look.timestamp(of: track.stillSince)
            open[track.number] = current
            return [end(track.number)].compactMap(\.self)
        }
        let isNews = current.change.type != before.type || current.change.zones != before.zones
        let isDue = look.time.seconds(since: current.reported) >= MotionEpisodes.updateInterval
        if isNews || isDue { current.reported = look.time }
        open[track.number] = current
        return isNews || isDue ? [current.change] : []
    }

    private mutating func end(_ track: Int) -> ObjectChange? {
        guard var change = open.removeValue(forKey: track)?.change else { return nil }
        change.phase = .ended
        return change
    }

    /// Where it stands: by its feet.
    private mutating func note(_ track: ObjectTrack, at time: MediaTime) {
        guard !settings.zones.isEmpty || !settings.masks.isEmpty else { return }
        var place = presence[track.number] ?? Presence()
        let (x, y) = track.box.foot
        for zone in settings.zones.prefix(16) {
            let counts = zone.kinds.map { kinds in track.kind.map(kinds.contains) ?? false } ?? true
            let isInside = counts && zone.polygon.contains(x: x, y: y)
            let stay = place.zones[zone.name, default: ZonePresence()].note(isInside, at: time, inertia: zone.inertia)
            if let stay, stay >= zone.loitering, !place.entered.contains(zone.name) { place.entered.append(zone.name) }
        }
        place.isMasked = settings.masks.contains { $0.contains(x: x, y: y) }
        presence[track.number] = place
    }
}
