package import Base
package import Protocol

/// Portraits of somebody who has no name yet.
package struct StrangerGroup: Sendable, Hashable {
    /// The newest first.
    package var events: [EventID]
    package var firstSeen: Timestamp
    package var lastSeen: Timestamp
    package var cameras: [String]
}
