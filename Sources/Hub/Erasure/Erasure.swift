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

    /// What becomes of the whole pictures of their events. The raw values stand in answers.
    package enum Pictures: String, Sendable, Hashable, CaseIterable {
        case deleted
        /// People are hidden in them for good.
        case hidden
        case kept
    }

    package var individual: EventID
    package var time: Timestamp
    /// The account; nil where nobody asked.
    package var account: String?
    package var reason: Reason
    package var pictures: Pictures
    /// Events in which they were known, as far as they are known from elsewhere: the store adds those that it knows.
    package var events: [EventID]

    package init(
        individual: EventID, time: Timestamp, account: String?, reason: Reason, pictures: Pictures, events: [EventID] = []
    ) {
        self.individual = individual
        self.time = time
        self.account = account
        self.reason = reason
        self.pictures = pictures
        self.events = events
    }

    /// Whether events get no other pictures, and nodes forget those that they have.
    var isOfPictures: Bool { pictures != .kept }
}

extension Erasure.Pictures {
    /// As the store keeps it.
    init(isOfPictures: Bool, isHidden: Bool) { self = !isOfPictures ? .kept : isHidden ? .hidden : .deleted }
}
