package import Base
package import Protocol

/// What a rule has to tell: an event of the hub's own, before it has an address.
package struct PetAlert: Sendable, Hashable {
    /// Made of the rule and of what it tells, so that it is told once.
    package var id: EventID
    package var rule: EventID
    /// The rule's kind: "outside" or "unseen".
    package var condition: String
    package var individual: EventID
    package var site: String
    /// That saw the pet.
    package var camera: String
    package var ts: Timestamp
    /// Nil while it goes on.
    package var end: Timestamp?
    /// The event in which it was seen.
    package var sighting: EventID
    /// Why it is told, without a name.
    package var why: String

    /// The type of such an event.
    package static let type = "pet_alert"

    /// - Throws: `EventError` where a member breaks the contract's rules.
    func event(rev: Int64, epoch: String, seq: Int64) throws(EventError) -> Event {
        var payload = Array("{\"rule\":\"\(rule)\",\"condition\":\"\(condition)\",\"sighting\":\"\(sighting)\",\"why\":{\"text\":".utf8)
        JSONText.append(why, to: &payload)
        payload += Array("}}".utf8)
        return try Event(
            id: id, rev: rev, node: PresenceEvent.node, epoch: epoch, seq: seq, site: site, sourceID: camera, type: Self.type,
            severity: .warning, ts: ts, endTS: end, payload: payload)
    }
}
