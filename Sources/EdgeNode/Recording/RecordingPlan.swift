/// How one camera is recorded.
package struct RecordingPlan: Sendable, Equatable {
    package var mode: RecordingMode
    /// Seconds before an event that are kept with it, and after it.
    package var preroll: Double
    package var postroll: Double

    package init(mode: RecordingMode, preroll: Double = 10, postroll: Double = 10) {
        self.mode = mode
        self.preroll = preroll
        self.postroll = postroll
    }
}
