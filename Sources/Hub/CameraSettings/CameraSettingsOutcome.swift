/// What became of settings that somebody set.
package enum CameraSettingsOutcome: Sendable, Hashable {
    case stored(revision: Int64)
    /// The camera is nobody's.
    case unknownCamera
    /// The settings were changed on the node: whoever replaces those must name them.
    case undecided
    /// The named settings are not those that the node has reported last.
    case outdated
}
