package import Base

/// One revision of one event, as a node wrote it. `body` is the truth; the other members are what it is filed under.
package struct Event: Sendable, Hashable {
    /// Version of the envelope; one above `Event.version` is stored whole and flagged.
    package var v: Int64
    package var id: EventID
    package var rev: Int64
    package var node: String
    package var epoch: String
    package var seq: Int64
    package var site: String
    package var sourceID: String
    package var type: String
    package var severity: Severity
    package var ts: Timestamp
    package var endTS: Timestamp?
    /// The event's JSON, byte for byte, unknown fields included.
    package var body: [UInt8]
    /// Where `payload` lies in `body`; empty where there is none.
    package var payloadRange: Range<Int>

    /// The version that this code writes and understands.
    package static let version: Int64 = 1

    /// The bytes of `payload`, `{}` where there is none.
    package var payload: [UInt8] { payloadRange.isEmpty ? Array("{}".utf8) : Array(body[payloadRange]) }
}

extension Event {
    /// Composes a new event of this version.
    ///
    /// - Parameter payload: A JSON object's bytes.
    /// - Throws: `EventError.tooLarge` above `Limits.event`, `EventError.invalid` where a member breaks the contract's rules.
    package init(
        id: EventID, rev: Int64, node: String, epoch: String, seq: Int64, site: String, sourceID: String, type: String,
        severity: Severity, ts: Timestamp, endTS: Timestamp?, payload: [UInt8]
    ) throws(EventError) {
        var out: [UInt8] = []
        out.reserveCapacity(320 + payload.count)
        out.append(contentsOf: "{\"v\":\(Event.version),\"id\":\"\(id)\",\"rev\":\(rev),\"node\":".utf8)
        JSONText.append(node, to: &out)
        out.append(contentsOf: ",\"epoch\":".utf8)
        JSONText.append(epoch, to: &out)
        out.append(contentsOf: ",\"seq\":\(seq),\"site\":".utf8)
        JSONText.append(site, to: &out)
        out.append(contentsOf: ",\"source_id\":".utf8)
        JSONText.append(sourceID, to: &out)
        out.append(contentsOf: ",\"type\":".utf8)
        JSONText.append(type, to: &out)
        out.append(contentsOf: ",\"severity\":\"\(severity.name)\",\"ts\":\"".utf8)
        out.append(contentsOf: ts.rfc3339Bytes)
        out.append(contentsOf: "\",\"end_ts\":".utf8)
        if let endTS {
            out.append(UInt8(ascii: "\""))
            out.append(contentsOf: endTS.rfc3339Bytes)
            out.append(UInt8(ascii: "\""))
        } else {
            out.append(contentsOf: "null".utf8)
        }
        out.append(contentsOf: ",\"payload\":".utf8)
        out.append(contentsOf: payload)
        out.append(UInt8(ascii: "}"))
        try self.init(body: out)
    }

    /// Reads an event from its JSON.
    package init(body: [UInt8]) throws(EventError) {
        let object: JSONObject
        do { object = try JSONObject(body) } catch { throw .invalid(seq: nil, "not JSON: \(error)") }
        try self.init(object)
    }

    /// Reads an event from an object, which may lie inside a batch; its bytes are copied out.
    package init(_ object: JSONObject) throws(EventError) {
        guard let seq = object.integer("seq"), (0...Limits.counter).contains(seq) else {
            throw .invalid(seq: nil, "seq must be a whole number")
        }
        func fail(_ why: String) -> EventError { .invalid(seq: seq, why) }
        guard object.range.count <= Limits.event else { throw .tooLarge(seq: seq, bytes: object.range.count) }
        guard let v = object.integer("v"), v >= 1 else { throw fail("v must be a whole number of at least 1") }
        guard let idText = object.string("id"), let id = EventID(idText) else { throw fail("id must be a UUID") }
        guard let rev = object.integer("rev"), (1...Limits.counter).contains(rev) else {
            throw fail("rev must be a whole number of at least 1")
        }
        func identifier(_ key: String) throws(EventError) -> String {
            guard let text = object.string(key), Identifier.isValid(text) else { throw fail("\(key) \(Identifier.rule)") }
            return text
        }
        let node = try identifier("node")
        let epoch = try identifier("epoch")
        let site = try identifier("site")
        let sourceID = try identifier("source_id")
        guard let type = object.string("type"), EventType.isValid(type) else {
            throw fail("type must be 1 to 64 characters of a-z, 0-9, '_', '-' and '.'")
        }
        guard let severityName = object.string("severity"), let severity = Severity(name: severityName) else {
            throw fail("severity must be one of \(Severity.allCases.map(\.name).joined(separator: ", "))")
        }
        guard let tsText = object.string("ts"), let ts = Timestamp(rfc3339: tsText) else { throw fail("ts must be an RFC 3339 time") }
        var endTS: Timestamp?
        if object.raw("end_ts") != nil, !object.isNull("end_ts") {
            guard let text = object.string("end_ts"), let end = Timestamp(rfc3339: text) else {
                throw fail("end_ts must be an RFC 3339 time or null")
            }
            endTS = end
        }
        var payloadRange = 0..<0
        if let payload = object.raw("payload") {
            guard payload.first == UInt8(ascii: "{") else { throw fail("payload must be an object") }
            payloadRange = payload.startIndex - object.range.lowerBound..<payload.endIndex - object.range.lowerBound
        }
        self.init(
            v: v, id: id, rev: rev, node: node, epoch: epoch, seq: seq, site: site, sourceID: sourceID, type: type,
            severity: severity, ts: ts, endTS: endTS, body: Array(object.raw), payloadRange: payloadRange)
    }
}
