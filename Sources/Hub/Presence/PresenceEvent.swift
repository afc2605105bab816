package import Base
package import Protocol

/// A revision of an event of the hub's own, before it has an address. It waits in its node's row until it is stored.
package struct PresenceEvent: Sendable, Hashable, Codable {
    package var id: EventID
    package var rev: Int64
    package var site: String
    package var sourceID: String
    package var type: String
    package var severity: Severity
    package var ts: Timestamp
    package var endTS: Timestamp?
    /// A JSON object.
    package var payload: String

    /// The event as it goes into the store.
    ///
    /// - Throws: `EventError` where a member breaks the contract's rules.
    func event(epoch: String, seq: Int64) throws(EventError) -> Event {
        try Event(
            id: id, rev: rev, node: Self.node, epoch: epoch, seq: seq, site: site, sourceID: sourceID, type: type, severity: severity,
            ts: ts, endTS: endTS, payload: Array(payload.utf8))
    }

    /// The node of what the hub itself notices.
    static let node = "hub"
}
