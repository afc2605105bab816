package import Base
package import Protocol

/// Somebody with a name, and how often they were seen.
package struct IndividualRecord: Sendable, Hashable {
    package var individual: Individual
    /// Pictures that they are known by.
    package var pictures: Int
    /// The event of the latest of them; nil where there is none.
    package var portrait: EventID?
    /// Events in which they were known.
    package var sightings: Int
    /// Of those, when the first and the last began.
    package var firstSeen: Timestamp?
    package var lastSeen: Timestamp?
}
