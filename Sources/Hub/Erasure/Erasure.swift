package import Base
package import Protocol

/// That somebody is taken away, with everything that they are known by: what the store carries out, and what the list keeps that a restore applies
/// again. It holds ids, and no name.
package struct Erasure: Sendable, Hashable {
    /// Why. The raw values stand in the store and in answers.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Somebody asked for it.
        case request
        /// The day up to which they may be known has come.
        case retention
        /// They were taken away before, and an older copy of the store had them.
        case restore
    }

    package var individual: EventID
    package var time: Timestamp
    /// The account; nil where nobody asked.
    package var account: String?
    package var reason: Reason
    /// Whether the whole pictures of their events go, too.
    package var withPictures: Bool
    /// Events in which they were known, as far as they are known from elsewhere: the store adds those that it knows.
    package var events: [EventID]

    package init(
        individual: EventID, time: Timestamp, account: String?, reason: Reason, withPictures: Bool, events: [EventID] = []
    ) {
        self.individual = individual
        self.time = time
        self.account = account
        self.reason = reason
        self.withPictures = withPictures
        self.events = events
    }
}
