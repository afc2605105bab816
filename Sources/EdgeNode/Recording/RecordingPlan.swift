/// How one camera is recorded.
package struct RecordingPlan: Sendable, Equatable {
    package var mode: RecordingMode
    /// Seconds before an event that are kept with it, and after it.
    package var preroll: Double
    package var postroll: Double
    /// Whether sound is recorded as well.
    package var sound: Bool

    package init(mode: RecordingMode, preroll: Double = 10, postroll: Double = 10, sound: Bool = true) {
        self.mode = mode
        self.preroll = preroll
        self.postroll = postroll
        self.sound = sound
    }
}
