private import Base
private import Protocol

/// One event of the timeline, as the template's values.
///
/// Fifty rows are most of a page, so `event-row.mustache` leaves out what the script can make or find elsewhere in a row, such as the button
/// that is of no use without it, and end tags that HTML does not need. A test holds the page to its weight.
enum EventRow {
    /// - Parameter operated: Of what whoever asks may say that it was seen.
    static func values(_ stored: StoredEvent, icons: String, operated: AccessScope = .nothing) -> [String: Any] {
        let event = stored.event
        let payload = try? JSONObject(event.payload)
        var out: [String: Any] = [
            "icons": icons,
            "id": event.id.description,
            "rev": String(event.rev),
            "ts": event.ts.rfc3339,
            "end": event.endTS?.rfc3339 ?? "",
            "type": event.type,
            "icon": EventLabels.icon(event.type),
            "title": EventLabels.subject(event.type, payload, identities: stored.identities),
            "severity": event.severity.name,
            "severityLabel": event.severity >= .warning ? EventLabels.severity(event.severity) : "",
            "camera": event.sourceID,
            "node": event.node,
            "site": event.site,
            "time": String(event.ts.rfc3339.dropFirst(11).prefix(8)),
            "ongoing": event.endTS == nil && EventLabels.lasts(event.type),
            "acknowledged": stored.acknowledgedAt != nil,
            "acknowledgedBy": stored.acknowledgedBy ?? "",
            // What was seen stays so.
            // What stands alone, or begins one, has its own id there: the script adds that.
            "incident": stored.incident.map { "\($0)" } ?? "",
            "hasIncident": stored.incident != nil && stored.incident != event.id,
            "operates": stored.acknowledgedAt == nil && operated.contains(site: event.site, camera: event.sourceID),
        ]
        // Those of a node are no camera's.
        if !event.type.hasPrefix("node_") { out["footage"] = "/cameras/\(event.sourceID)?at=\(event.ts.rfc3339)" }
        out["snapshot"] = stored.snapshot.map { String($0) } ?? ""
        out["hasSnapshot"] = stored.snapshot != nil
        if let end = event.endTS, end > event.ts { out["duration"] = EventLabels.duration(end.seconds(since: event.ts)) }
        let facts = payload.map { EventLabels.facts($0) } ?? []
        out["facts"] = facts.map { ["name": $0.name, "value": $0.value] }
        out["hasFacts"] = !facts.isEmpty
        if let zones = payload.flatMap({ EventLabels.zones($0) }) { out["zones"] = zones }
        return out
    }

    /// A row without an event, which the script fills.
    static func blank(icons: String) -> [String: Any] {
        [
            "icons": icons, "id": "", "rev": "0", "ts": "", "end": "", "type": "", "icon": "event", "title": "", "severity": "info",
            "severityLabel": "", "camera": "", "node": "", "site": "", "time": "", "ongoing": false, "acknowledged": false,
            "acknowledgedBy": "", "operates": false, "incident": "", "hasIncident": false,
            "facts": [[String: Any]](), "hasFacts": false, "snapshot": "", "hasSnapshot": false,
        ]
    }
}
