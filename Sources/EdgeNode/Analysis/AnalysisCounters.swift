/// What the analysis of one stream has done and cost so far.
package struct AnalysisCounters: Sendable, Hashable {
    /// Packets taken: one a frame.
    package var frames = 0
    /// Pictures that came out of a decoder.
    package var decoded = 0
    /// Pictures of unusable size or decoder errors, all survived.
    package var rejected = 0
    /// Times that the gate woke, by cause.
    package var wakesByKeyframe = 0
    package var wakesByPacketSize = 0
    package var wakesByMemory = 0
    /// CPU seconds of the calling thread.
    package var decodeSeconds = 0.0
    package var reduceSeconds = 0.0
    package var motionSeconds = 0.0
}
