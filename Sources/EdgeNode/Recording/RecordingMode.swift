/// When a camera is recorded.
package enum RecordingMode: String, Sendable, CaseIterable {
    case continuous
    /// While something moves, and some seconds before and after.
    case event
    case off
}
