package import Base
package import MediaTypes
package import Protocol
package import Vision

/// One step in the life of a motion event: it starts, goes on, ends.
package struct MotionEpisodeChange: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable { case started, updated, ended }

    package var phase: Phase
    /// Of the event that the episode becomes; made with the episode, so that its pictures know it too.
    package var event: EventID
    /// Counts the episodes of this stream, from 1.
    package var number: Int
    /// Of the first frame that shows the movement.
    package var start: MediaTime
    package var startTimestamp: Timestamp
    /// Of the last frame that showed it so far.
    package var end: MediaTime
    package var endTimestamp: Timestamp
    /// 0…1, the highest so far.
    package var peakScore: Double
    /// The largest fraction of the frame covered so far.
    package var area: Double
    /// The box around everything in the frame of the highest score.
    package var box: Box?
    /// The moving things in the latest frame that showed movement.
    package var boxes: [Box]
    /// Zones hit so far, in the order of their first hit.
    package var zones: [String]
    /// Human-readable parts, of the frame of the highest score.
    package var reasons: [String]
    /// What made the gate look.
    package var trigger: GateTrigger
    /// Seconds from the first frame of the movement to the frame at which the gate woke; 0 where it was awake.
    package var gateDelay: Double
}
