/// Which of an event's two pictures.
package enum SnapshotSize: String, Sendable {
    /// For a row of the timeline.
    case thumbnail
    /// At most 1280 pixels wide and high.
    case large
}
