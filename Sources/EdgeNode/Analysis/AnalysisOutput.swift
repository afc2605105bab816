/// What the pipeline gives out, in the order of the frames.
package enum AnalysisOutput: Sendable {
    case frame(FrameAnalysis)
    case episode(MotionEpisodeChange)
}
