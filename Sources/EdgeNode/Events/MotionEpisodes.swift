package import Base
package import MediaTypes
import Protocol
package import Vision

/// Makes episodes of single observations: a state machine on the frames' own times.
///
/// An episode starts with the first frame in which the thing was seen, even though it only became motion some frames later. It ends when
/// nothing moved for the hold-off time: someone who pauses makes one event, not two.
package struct MotionEpisodes: Sendable {
    /// Seconds without motion after which an episode is over.
    package static let holdOff = 2.0
    /// Seconds between updates of a running episode.
    package static let updateInterval = 5.0

    /// The episode that is going on.
    package private(set) var current: MotionEpisodeChange?
    private var lastReport: MediaTime?
    private var count = 0

    package init() {}

    /// Takes the observation of the next frame.
    package mutating func observe(
        _ observation: MotionObservation, at time: MediaTime, timestamp: Timestamp, trigger: GateTrigger = .none, woke: MediaTime? = nil
    ) -> [MotionEpisodeChange] {
        var changes: [MotionEpisodeChange] = []
        if let ended = expire(at: time) { changes.append(ended) }
        guard observation.motion else { return changes }
        if current == nil {
            changes.append(begin(observation, at: time, timestamp: timestamp, trigger: trigger, woke: woke))
        } else {
            extend(with: observation, at: time, timestamp: timestamp)
            if let current, let lastReport, time.seconds(since: lastReport) >= Self.updateInterval {
                changes.append(current)
                self.lastReport = time
            }
        }
        return changes
    }

    /// The stream is over: what goes on ends with its last moving frame.
    package mutating func finish() -> MotionEpisodeChange? { end() }

    private mutating func expire(at time: MediaTime) -> MotionEpisodeChange? {
        guard let current, time.seconds(since: current.end) > Self.holdOff else { return nil }
        return end()
    }

    private mutating func end() -> MotionEpisodeChange? {
        guard var ended = current else { return nil }
        ended.phase = .ended
        current = nil
        return ended
    }

    private mutating func begin(
        _ observation: MotionObservation, at time: MediaTime, timestamp: Timestamp, trigger: GateTrigger, woke: MediaTime?
    ) -> MotionEpisodeChange {
        count += 1
        let start = min(observation.since ?? time, time)
        let delay = trigger == .none ? 0 : max(0, woke?.seconds(since: start) ?? 0)
        let startTimestamp = timestamp.advanced(bySeconds: start.seconds(since: time))
        let change = MotionEpisodeChange(
            phase: .started, event: EventID(at: startTimestamp), number: count, start: start, startTimestamp: startTimestamp, end: time,
            endTimestamp: timestamp, peakScore: observation.score, area: observation.area, box: Self.around(observation.boxes),
            boxes: observation.boxes, zones: observation.zones, reasons: observation.reasons, trigger: trigger, gateDelay: delay)
        current = change
        current?.phase = .updated
        lastReport = time
        return change
    }

    private mutating func extend(with observation: MotionObservation, at time: MediaTime, timestamp: Timestamp) {
        guard var episode = current else { return }
        episode.end = max(episode.end, time)
        episode.endTimestamp = timestamp
        episode.area = max(episode.area, observation.area)
        episode.boxes = observation.boxes
        if observation.score > episode.peakScore {
            episode.peakScore = observation.score
            episode.reasons = observation.reasons
            episode.box = Self.around(observation.boxes)
        }
        for zone in observation.zones where !episode.zones.contains(zone) { episode.zones.append(zone) }
        current = episode
    }

    private static func around(_ boxes: [Box]) -> Box? {
        guard let first = boxes.first else { return nil }
        return boxes.dropFirst().reduce(first) { $0.union($1) }
    }
}
