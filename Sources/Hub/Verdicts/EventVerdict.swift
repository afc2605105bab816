package import Base

/// What somebody thinks of an event that should not have been one.
package struct EventVerdict: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// Nothing that is worth an event: leaves, light, a spider.
        case falseAlarm = "false_alarm"
        /// Something is there, and it is no person, animal or vehicle, whatever the event says. What was taken for a face or an animal of its own is
        /// forgotten, so that nobody is compared with it.
        case misread
    }

    package var kind: Kind
    /// The account.
    package var saidBy: String
    package var saidAt: Timestamp

    package init(kind: Kind, saidBy: String, saidAt: Timestamp) {
        (self.kind, self.saidBy, self.saidAt) = (kind, saidBy, saidAt)
    }
}
