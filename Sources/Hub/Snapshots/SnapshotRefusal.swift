/// Why a picture was not stored. The raw value is the metric's reason.
package enum SnapshotRefusal: String, Error, Sendable, CaseIterable {
    /// There is no such event yet: the picture overtook it.
    case unknownEvent = "unknown-event"
    /// The event is another node's.
    case foreignEvent = "foreign-event"
    /// It cannot be opened, is not two JPEGs, or has boxes that make no sense.
    case unreadable
    case tooLarge = "too-large"
    /// Too many at once.
    case busy
}
