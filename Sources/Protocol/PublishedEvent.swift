private import Base

/// The classified summary on `vigilar/events/published` and on the SSE stream: one visible change of one event, at its cursor.
package struct PublishedEvent: Sendable, Hashable {
    package var cursor: Int64
    package var id: EventID
    package var site: String
    package var sourceID: String
    package var type: String
    package var severity: Severity
    /// The JSON as it is sent.
    package var json: [UInt8]
    /// Where in it the array of who was seen lies; nil where it has none.
    package var identities: Range<Int>?
    /// Whether it says which incident it belongs to.
    package var hasIncident: Bool

    /// Composes the summary of a stored event.
    /// - Parameters:
    ///   - snapshot: The rank of its picture; nil while it has none.
    ///   - identities: Who was seen, as a JSON array.
    ///   - incident: What it belongs to; nil where that is nothing.
    package init(
        cursor: Int64, event: Event, acknowledged: Bool, snapshot: Int? = nil, identities: [UInt8] = Array("[]".utf8),
        incident: EventID? = nil
    ) {
        self.cursor = cursor
        id = event.id
        site = event.site
        sourceID = event.sourceID
        type = event.type
        severity = event.severity
        var out: [UInt8] = []
        out.reserveCapacity(320 + event.payloadRange.count)
        out.append(contentsOf: "{\"cursor\":\(cursor),\"id\":\"\(event.id)\",\"rev\":\(event.rev),\"ts\":\"".utf8)
        out.append(contentsOf: event.ts.rfc3339Bytes)
        out.append(contentsOf: "\",\"end_ts\":".utf8)
        if let end = event.endTS {
            out.append(UInt8(ascii: "\""))
            out.append(contentsOf: end.rfc3339Bytes)
            out.append(UInt8(ascii: "\""))
        } else {
            out.append(contentsOf: "null".utf8)
        }
        // Ids, types and severities hold nothing that JSON would escape: their rules were checked when the event came in.
        out.append(
            contentsOf: ",\"type\":\"\(event.type)\",\"severity\":\"\(event.severity.name)\",\"source_id\":\"\(event.sourceID)\"".utf8)
        out.append(contentsOf: ",\"site\":\"\(event.site)\",\"node\":\"\(event.node)\",\"acknowledged\":\(acknowledged),\"snapshot\":".utf8)
        out.append(contentsOf: "\(snapshot.map { String($0) } ?? "null"),\"identities\":".utf8)
        let start = out.count
        out.append(contentsOf: identities)
        self.identities = start..<out.count
        out.append(contentsOf: ",\"payload\":".utf8)
        if event.payloadRange.isEmpty { out.append(contentsOf: "{}".utf8) } else { out.append(contentsOf: event.body[event.payloadRange]) }
        // The last member, so that it can be left out for some without looking for it.
        out.append(contentsOf: incident.map { Self.incidentStart + Array("\($0)".utf8) + Self.incidentEnd } ?? Self.noIncident)
        hasIncident = incident != nil
        json = out
    }

    private static let incidentStart = Array(",\"incident\":\"".utf8)
    private static let incidentEnd = Array("\"}".utf8)
    private static let noIncident = Array(",\"incident\":null}".utf8)
    /// Bytes of the last member where it names an incident.
    private static let incidentLength = incidentStart.count + 36 + incidentEnd.count

    /// The JSON without the incident, where `json` may be one that says it or one from which other members were taken.
    package static func withoutIncident(_ json: [UInt8]) -> [UInt8] {
        namesIncident(json) ? json.dropLast(incidentLength) + noIncident : json
    }

    private static func namesIncident(_ json: [UInt8]) -> Bool { json.suffix(incidentLength).starts(with: incidentStart) }

    /// Reads a summary from the broker.
    package init(json bytes: [UInt8]) throws(JSONError) {
        let object = try JSONObject(bytes)
        guard let cursor = object.integer("cursor"), cursor > 0, let idText = object.string("id"), let id = EventID(idText),
            let site = object.string("site"), let source = object.string("source_id"), let type = object.string("type"),
            let name = object.string("severity"), let severity = Severity(name: name)
        else { throw JSONError(at: 0, "a summary lacks cursor, id, site, source_id, type or severity") }
        self.cursor = cursor
        self.id = id
        self.site = site
        self.sourceID = source
        self.type = type
        self.severity = severity
        self.json = bytes
        identities = object.raw("identities")?.indices
        hasIncident = Self.namesIncident(bytes)
    }
}
