import Base
import MediaTypes
import Protocol
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
    }

    package let camera: String
    private var open: Open?

    package init(camera: String) { self.camera = camera }

    /// The drafts for one change, in order; none where it is an update too soon after the last.
    package mutating func take(_ change: MotionEpisodeChange) -> [DraftEvent] {
        var drafts: [DraftEvent] = []
        if let unfinished = open, unfinished.number != change.number {
            // The stream began anew without ending its episode.
            open = nil
            drafts.append(
                draft(unfinished.id, rev: unfinished.rev + 1, start: unfinished.start, end: unfinished.reported, payload: Self.cutShort))
        }
        guard var current = open else {
            let id = EventID(at: change.startTimestamp)
            if change.phase != .ended {
                open = Open(number: change.number, id: id, rev: 1, start: change.startTimestamp, reported: change.endTimestamp)
            }
            return drafts + [draft(id, rev: 1, start: change.startTimestamp, change)]
        }
        let age = change.endTimestamp.seconds(since: current.start)
        let wait = min(max(age / 20, Self.updateInterval.lowerBound), Self.updateInterval.upperBound)
        // Half a picture's time less, so that an update that comes on the dot is not put off.
        guard change.phase == .ended || change.endTimestamp.seconds(since: current.reported) >= wait - 0.02 else { return drafts }
        current.rev += 1
        current.reported = change.endTimestamp
        open = change.phase == .ended ? nil : current
        return drafts + [draft(current.id, rev: current.rev, start: current.start, change)]
    }

    private static let cutShort = Array("{\"why\":{\"trigger\":\"motion\",\"interrupted\":true}}".utf8)

    private func draft(_ id: EventID, rev: Int64, start: Timestamp, _ change: MotionEpisodeChange) -> DraftEvent {
        let ended = change.phase == .ended
        return draft(id, rev: rev, start: start, end: ended ? max(start, change.endTimestamp) : nil, payload: MotionPayload.json(change))
    }

    private func draft(_ id: EventID, rev: Int64, start: Timestamp, end: Timestamp?, payload: [UInt8]) -> DraftEvent {
        DraftEvent(id: id, rev: rev, sourceID: camera, type: "motion", severity: .notice, ts: start, endTS: end, payload: payload)
    }
}
