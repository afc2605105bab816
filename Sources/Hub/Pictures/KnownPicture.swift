package import Base
package import Protocol

/// A picture that somebody is known by.
package struct KnownPicture: Sendable, Hashable {
    /// The event that it came of, or the picture that was given.
    package var id: EventID
    /// Whether it was given, and did not come of a camera.
    package var wasOffered: Bool
    package var addedAt: Timestamp
    package var addedBy: String
    /// Which model made its numbers.
    package var model: String

    package init(id: EventID, wasOffered: Bool, addedAt: Timestamp, addedBy: String, model: String) {
        self.id = id
        self.wasOffered = wasOffered
        self.addedAt = addedAt
        self.addedBy = addedBy
        self.model = model
    }
}
