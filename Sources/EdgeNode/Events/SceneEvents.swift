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
        /// As which it began.
        var motion: MotionEpisodeChange?
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
    /// Those of them that are nothing by themselves.
    private var silenced: [EventID] = []
    /// Motion events that were not told yet, and have a picture.
    private var heldBack: [EventID] = []

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
        let drafts = motion.take(change)
        guard let place = heldBack.firstIndex(of: change.event) else { return drafts }
        heldBack.remove(at: place)
        return drafts + motion.pictured(change.event)
    }

    /// A motion event is nothing by itself: what moves has an event already. One that was told is one, and goes on to its end.
    package mutating func explain(_ event: EventID) {
        guard !motion.hasTold(event), objects[event] == nil else { return }
        remember(event)
        silenced.append(event)
        silenced.removeFirst(max(0, silenced.count - Self.remembered))
    }

    /// Whether an event will never be told, so that nobody wants its pictures.
    package func isSilenced(_ event: EventID) -> Bool { silenced.contains(event) }

    /// The camera is not the node's any more: what goes on ends where it was last seen.
    package mutating func removed() -> [DraftEvent] {
        objects.keys.sorted().flatMap { event -> [DraftEvent] in
            guard var change = objects[event]?.change else { return [] }
            change.phase = .ended
            return take(change)
        }
    }

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
            // Of one that is over, or of a camera that was taken away meanwhile.
            guard change.phase == .started else { return [] }
            let standing = change.explainsMotion ? motion.handOver(change.event) : nil
            if change.explainsMotion { remember(change.event) }
            state = Open(
                rev: (standing?.rev ?? 0) + 1, start: standing?.start ?? change.startTimestamp, isPictured: standing?.isPictured ?? false,
                change: change, motion: change.explainsMotion ? episodes.first { $0.event == change.event } : nil,
                reported: change.endTimestamp)
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
        guard let place = unpictured.firstIndex(where: { $0.event == event }) else {
            if !motion.hasTold(event), objects[event] == nil, !explained.contains(event), episodes.contains(where: { $0.event == event }) {
                heldBack.append(event)
                heldBack.removeFirst(max(0, heldBack.count - Self.remembered))
            }
            return motion.pictured(event)
        }
        var state = unpictured.remove(at: place).state
        state.rev += 1
        state.isPictured = true
        return [draft(event, state)]
    }

    private func draft(_ event: EventID, _ state: Open) -> DraftEvent {
        let change = state.change
        return DraftEvent(
            id: event, rev: state.rev, sourceID: camera, type: change.type, severity: change.family == .person ? .warning : .notice,
            ts: state.start, endTS: change.phase == .ended ? max(state.start, change.endTimestamp) : nil,
            payload: ObjectPayload.json(change, motion: state.motion, isPictured: state.isPictured))
    }
}
