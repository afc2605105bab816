package import Base
package import MediaTypes
package import Vision

/// What the analysis says of one decoded frame.
package struct FrameAnalysis: Sendable {
    /// Position in the order of display, from 0, counting all frames of the stream.
    package var index: Int
    /// On the stream's clock.
    package var time: MediaTime
    /// On the wall clock.
    package var timestamp: Timestamp
    package var observation: MotionObservation
}
