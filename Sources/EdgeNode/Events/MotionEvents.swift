package import Base
import MediaTypes
package import Protocol
import Vision

/// Gives one camera's motion episodes their events: the same id for an episode's life, a revision for each change worth one.
package struct MotionEvents: Sendable {
    /// Seconds between updates while an event is young, and the longest wait between updates of an old one: a twentieth of its age
    /// lies between them, so that an hour of motion makes some 70 revisions and not 700.
    package static let updateInterval = 5.0...120.0

    private struct Open {
        var number: Int
        var id: EventID
        var rev: Int64
        var start: Timestamp
        var reported: Timestamp
        /// A picture of it is queued.
        var isPictured = false
    }

    /// The end of the last event, for as long as its picture may come after it.
    private struct Ended {
        var rev: Int64
        var change: MotionEpisodeChange
    }

    /// How far an event has come.
    package struct Standing: Sendable, Hashable {
        /// The last revision that was made.
        package var rev: Int64
        package var start: Timestamp
        package var isPictured: Bool
    }

    /// Events that ended of late and may still be explained, at most.
    private static let remembered = 8

    package let camera: String
    private var open: Open?
    private var unpictured: Ended?
    private var over: [(id: EventID, standing: Standing)] = []

    package init(camera: String) { self.camera = camera }

    /// The drafts for one change, in order; none where it is an update too soon after the last.
    package mutating func take(_ change: MotionEpisodeChange) -> [DraftEvent] {
        var drafts: [DraftEvent] = []
        if let unfinished = open, unfinished.number != change.number {
            // The stream began anew without ending its episode.
            open = nil
            drafts.append(
                draft(
                    unfinished.id, rev: unfinished.rev + 1, start: unfinished.start, end: unfinished.reported,
                    payload: Self.cutShort(isPictured: unfinished.isPictured)))
        }
        guard var current = open else {
            let first = Open(
                number: change.number, id: change.event, rev: 1, start: change.startTimestamp, reported: change.endTimestamp)
            if change.phase == .ended { end(first, change) } else { open = first }
            return drafts + [draft(first, change)]
        }
        let age = change.endTimestamp.seconds(since: current.start)
        let wait = min(max(age / 20, Self.updateInterval.lowerBound), Self.updateInterval.upperBound)
        // Half a picture's time less, so that an update that comes on the dot is not put off.
        guard change.phase == .ended || change.endTimestamp.seconds(since: current.reported) >= wait - 0.02 else { return drafts }
        current.rev += 1
        current.reported = change.endTimestamp
        if change.phase == .ended { end(current, change) } else { open = current }
        return drafts + [draft(current, change)]
    }

    private mutating func end(_ state: Open, _ change: MotionEpisodeChange) {
        open = nil
        unpictured = state.isPictured ? nil : Ended(rev: state.rev, change: change)
        over.append((state.id, Standing(rev: state.rev, start: state.start, isPictured: state.isPictured)))
        over.removeFirst(max(0, over.count - Self.remembered))
    }

    /// Whether an event was told, as far back as is remembered.
    package func hasTold(_ event: EventID) -> Bool { open?.id == event || over.contains { $0.id == event } }

    /// Somebody else goes on with an event from here: an object that explains it.
    /// - Returns: Nil where the event is not known, or was given away before.
    package mutating func handOver(_ event: EventID) -> Standing? {
        if let current = open, current.id == event {
            open = nil
            return Standing(rev: current.rev, start: current.start, isPictured: current.isPictured)
        }
        guard let place = over.firstIndex(where: { $0.id == event }) else { return nil }
        if unpictured?.change.event == event { unpictured = nil }
        return over.remove(at: place).standing
    }

    /// A picture of an event is queued: the next revision says so.
    /// - Returns: A revision of its own where the event has ended already and would never say it; happens when a camera's pictures are
    ///   caught up with.
    package mutating func pictured(_ event: EventID) -> [DraftEvent] {
        if open?.id == event { open?.isPictured = true }
        guard let ended = unpictured, ended.change.event == event else { return [] }
        unpictured = nil
        if let place = over.firstIndex(where: { $0.id == event }) {
            over[place].standing.rev = ended.rev + 1
            over[place].standing.isPictured = true
        }
        let last = Open(
            number: ended.change.number, id: event, rev: ended.rev + 1, start: ended.change.startTimestamp,
            reported: ended.change.endTimestamp, isPictured: true)
        return [draft(last, ended.change)]
    }

    private static func cutShort(isPictured: Bool) -> [UInt8] {
        Array("{\"why\":{\"trigger\":\"motion\",\"interrupted\":true}\(isPictured ? ",\"snapshot\":true" : "")}".utf8)
    }

    private func draft(_ state: Open, _ change: MotionEpisodeChange) -> DraftEvent {
        draft(
            state.id, rev: state.rev, start: state.start, end: change.phase == .ended ? max(state.start, change.endTimestamp) : nil,
            payload: MotionPayload.json(change, isPictured: state.isPictured))
    }

    private func draft(_ id: EventID, rev: Int64, start: Timestamp, end: Timestamp?, payload: [UInt8]) -> DraftEvent {
        DraftEvent(id: id, rev: rev, sourceID: camera, type: "motion", severity: .notice, ts: start, endTS: end, payload: payload)
    }
}
