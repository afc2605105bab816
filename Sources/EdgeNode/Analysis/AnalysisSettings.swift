package import Vision

/// How one camera's stream is analysed.
package struct AnalysisSettings: Sendable, Hashable {
    package var motion: MotionSettings
    /// Whether frames may be left undecoded while nothing moves. Default true.
    package var gate: Bool

    package init(motion: MotionSettings = MotionSettings(), gate: Bool = true) {
        self.motion = motion
        self.gate = gate
    }
}
