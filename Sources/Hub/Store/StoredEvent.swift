package import Base
package import Protocol

/// An event as the hub keeps it.
package struct StoredEvent: Sendable {
    package var event: Event
    package var receivedAt: Timestamp
    package var acknowledgedAt: Timestamp?
    package var acknowledgedBy: String?
    /// Facts that the hub noted on taking it in: `newer_version`, `unusual_time`.
    package var flags: [String]
    /// The rank of its picture; nil while it has none.
    package var snapshot: Int?
    /// Who was seen, as a JSON array: `[{"track","kind","id","name","score","state"}]`.
    package var identities: [UInt8]
    /// The incident that it belongs to; nil where it belongs to none.
    package var incident: EventID?

    /// An empty list of `identities`.
    package static let nobody = Array("[]".utf8)

    package init(
        event: Event, receivedAt: Timestamp, acknowledgedAt: Timestamp?, acknowledgedBy: String?, flags: [String], snapshot: Int? = nil,
        identities: [UInt8] = nobody, incident: EventID? = nil
    ) {
        self.event = event
        self.receivedAt = receivedAt
        self.acknowledgedAt = acknowledgedAt
        self.acknowledgedBy = acknowledgedBy
        self.flags = flags
        self.snapshot = snapshot
        self.identities = identities
        self.incident = incident
    }
}
