import Base
package import Protocol
import Vision

/// Gives what happens on one camera its events: motion, and objects, of which one may explain a motion event and goes on with it: same id, next
/// revision, another type.
package struct SceneEvents: Sendable {
    /// Motion events that are remembered for what explains them, and ended objects' events for their pictures, at most.
    private static let remembered = 8

    private struct Open {
        var rev: Int64
        var start: Timestamp
        var isPictured: Bool
        var change: ObjectChange
        /// When the last revision says that it was seen last.
        var reported: Timestamp
    }

    package let camera: String
    private var motion: MotionEvents
    private var objects: [EventID: Open] = [:]
    /// Ended ones without a picture, the oldest first.
    private var unpictured: [(event: EventID, state: Open)] = []
    /// Of the last motion events, the latest step; the oldest first.
    private var episodes: [MotionEpisodeChange] = []
    /// Motion events that objects explained; the oldest first.
    private var explained: [EventID] = []

    package init(camera: String) {
        self.camera = camera
        motion = MotionEvents(camera: camera)
    }

    /// The drafts for a step of a motion episode; none for one that an object explains. One that begins while an object is in sight is held back
    /// until its next step: it may be that object that goes on.
    package mutating func take(_ change: MotionEpisodeChange) -> [DraftEvent] {
        episodes.removeAll { $0.event == change.event }
        episodes.append(change)
        episodes.removeFirst(max(0, episodes.count - Self.remembered))
        if explained.contains(change.event) || change.phase == .started && !objects.isEmpty { return [] }
        return motion.take(change)
    }

    /// A motion event is nothing by itself: what moves has an event already.
    package mutating func explain(_ event: EventID) { remember(event) }

    private mutating func remember(_ event: EventID) {
        explained.append(event)
        explained.removeFirst(max(0, explained.count - Self.remembered))
    }

    /// The drafts for a step of an object's event, in order; none where it is an update too soon after the last.
    package mutating func take(_ change: ObjectChange) -> [DraftEvent] {
        var state: Open
        if let known = objects[change.event] {
            state = known
            let age = change.endTimestamp.seconds(since: state.start)
            let wait = min(max(age / 20, MotionEvents.updateInterval.lowerBound), MotionEvents.updateInterval.upperBound)
            let isNews = change.type != state.change.type || change.zones != state.change.zones
            guard change.phase == .ended || isNews || change.endTimestamp.seconds(since: state.reported) >= wait - 0.02 else { return [] }
            state.rev += 1
        } else {
            let standing = change.explainsMotion ? motion.handOver(change.event) : nil
            if change.explainsMotion { remember(change.event) }
            state = Open(
                rev: (standing?.rev ?? 0) + 1, start: standing?.start ?? change.startTimestamp, isPictured: standing?.isPictured ?? false,
                change: change, reported: change.endTimestamp)
        }
        state.change = change
        state.reported = change.endTimestamp
        objects[change.event] = change.phase == .ended ? nil : state
        if change.phase == .ended, !state.isPictured {
            unpictured.append((change.event, state))
            unpictured.removeFirst(max(0, unpictured.count - Self.remembered))
        }
        return [draft(change.event, state)]
    }

    /// A picture of an event is queued: the next revision says so, or one of its own where the event has ended.
    package mutating func pictured(_ event: EventID) -> [DraftEvent] {
        objects[event]?.isPictured = true
        guard let place = unpictured.firstIndex(where: { $0.event == event }) else { return motion.pictured(event) }
        var state = unpictured.remove(at: place).state
        state.rev += 1
        state.isPictured = true
        return [draft(event, state)]
    }

    private func draft(_ event: EventID, _ state: Open) -> DraftEvent {
        let change = state.change
        let episode = change.explainsMotion ? episodes.first { $0.event == event } : nil
        return DraftEvent(
            id: event, rev: state.rev, sourceID: camera, type: change.type, severity: change.family == .person ? .warning : .notice,
            ts: state.start, endTS: change.phase == .ended ? max(state.start, change.endTimestamp) : nil,
            payload: ObjectPayload.json(change, motion: episode, isPictured: state.isPictured))
    }
}
