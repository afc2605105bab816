package import Base
package import Media
package import MediaTypes
package import Protocol
package import Vision

/// A picture that a detector may look at, and what motion detection says of it.
package struct SceneLook: Sendable {
    /// The motion event that is going on, which something that is seen may explain.
    package struct Episode: Sendable, Hashable {
        package var event: EventID
        package var start: MediaTime
        package var startTimestamp: Timestamp
    }

    package var time: MediaTime
    package var timestamp: Timestamp
    package var observation: MotionObservation
    package var episode: Episode?
    package var picture: HeldPicture
    /// The decoder had to guess parts of it.
    package var isDamaged: Bool

    /// What moves; nothing where it has not moved for long enough to count.
    package var motion: [Box] { observation.motion ? observation.boxes : [] }

    /// The wall clock's time of another picture of the stream.
    func timestamp(of other: MediaTime) -> Timestamp { timestamp.advanced(bySeconds: other.seconds(since: time)) }
}
