package import Media

/// What the pipeline gives out, in the order of the frames.
package enum AnalysisOutput: Sendable {
    case frame(FrameAnalysis)
    case episode(MotionEpisodeChange)
    /// Only where pictures were asked for.
    case shot(SnapshotShot<HeldPicture>)
}
