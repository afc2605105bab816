package import Media

/// What the pipeline gives out, in the order of the frames.
package enum AnalysisOutput: Sendable {
    case frame(FrameAnalysis)
    /// Only where a detector is to look; ahead of its frame.
    case look(SceneLook)
    case episode(MotionEpisodeChange)
    /// Only where pictures were asked for.
    case shot(SnapshotShot<HeldPicture>)
}
