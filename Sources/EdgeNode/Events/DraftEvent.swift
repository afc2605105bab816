package import Base
package import Protocol

/// One revision of an event before the outbox gives it its `epoch` and `seq`.
package struct DraftEvent: Sendable, Hashable {
    package var id: EventID
    /// Counts up from 1 for each revision of an id.
    package var rev: Int64
    /// The camera or sensor, or the node itself for what concerns no camera.
    package var sourceID: String
    package var type: String
    package var severity: Severity
    /// Never changes between the revisions of an id.
    package var ts: Timestamp
    /// Nil while the event is going on: such an event is ended at the next start if nothing ends it before. What happens in a
    /// moment carries its `ts` here.
    package var endTS: Timestamp?
    /// A JSON object's bytes.
    package var payload: [UInt8]

    package init(
        id: EventID, rev: Int64 = 1, sourceID: String, type: String, severity: Severity, ts: Timestamp, endTS: Timestamp?,
        payload: [UInt8] = Array("{}".utf8)
    ) {
        self.id = id
        self.rev = rev
        self.sourceID = sourceID
        self.type = type
        self.severity = severity
        self.ts = ts
        self.endTS = endTS
        self.payload = payload
    }
}
