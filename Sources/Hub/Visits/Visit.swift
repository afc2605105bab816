package import Base
package import Protocol

/// Somebody was at a site for a while, whichever cameras saw them.
package struct Visit: Sendable, Hashable {
    package var site: String
    /// Who; nil where it is nobody who has a name.
    package var individual: EventID?
    package var name: String?
    /// Start of the first event, and end of the last; nil while one of them goes on.
    package var from: Timestamp
    package var to: Timestamp?
    /// When they were seen last.
    package var seen: Timestamp
    /// Whether somebody may come back into it: less than the pause has passed.
    package var isOpen: Bool
    /// In the order in which they were passed first.
    package var cameras: [String]
    /// In order.
    package var events: [EventID]
    /// The first event of which there is a portrait; nil where there is none.
    package var portrait: EventID?
    /// Of those without a name: how many were seen at one time on one camera, at most; else 1.
    package var people: Int
}
