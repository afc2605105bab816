import Base
package import Protocol

/// The end of an event that its node did not live to write.
package enum InterruptedEvent {
    /// A last revision: it ends where the event was last known to go on, and says that it was interrupted.
    ///
    /// - Returns: Nil where the event has an end already.
    package static func end(of event: Event) -> DraftEvent? {
        guard event.endTS == nil else { return nil }
        let payload = try? JSONObject(event.payload)
        let known = payload?.string("last_ts").flatMap { Timestamp(rfc3339: $0) }
        var body = event.payload
        if let payload, payload.raw("interrupted") == nil, let close = body.lastIndex(of: UInt8(ascii: "}")) {
            let separator = payload.keys.isEmpty ? "" : ","
            body.insert(contentsOf: "\(separator)\"interrupted\":true".utf8, at: close)
        }
        return DraftEvent(
            id: event.id, rev: event.rev + 1, sourceID: event.sourceID, type: event.type, severity: event.severity, ts: event.ts,
            endTS: max(event.ts, known ?? event.ts), payload: body)
    }
}
