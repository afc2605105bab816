private import Base
import Protocol

/// An event in an answer: the members that the node wrote, byte for byte, and behind them what the hub knows.
package enum EventJSON {
    /// Members of the hub's own. Where a node's event has one of these names, the hub's value stands.
    private static let own = [
        "acknowledged", "acknowledged_by", "acknowledged_at", "received_at", "flags", "identities", "snapshot", "incident",
    ]

    package static func append(_ stored: StoredEvent, to out: inout [UInt8]) {
        let body = stored.event.body
        if mentionsOwnMember(body), let object = try? JSONObject(body), object.keys.contains(where: { own.contains($0) }) {
            out.append(UInt8(ascii: "{"))
            for key in object.keys.sorted() where !own.contains(key) {
                if out.last != UInt8(ascii: "{") { out.append(UInt8(ascii: ",")) }
                JSONText.append(key, to: &out)
                out.append(UInt8(ascii: ":"))
                if let raw = object.raw(key) { out.append(contentsOf: raw) }
            }
        } else {
            out.append(contentsOf: body[..<(body.lastIndex(of: UInt8(ascii: "}")) ?? body.endIndex)])
        }
        out.append(contentsOf: ",\"acknowledged\":\(stored.acknowledgedAt != nil),\"acknowledged_by\":".utf8)
        if let account = stored.acknowledgedBy { JSONText.append(account, to: &out) } else { out.append(contentsOf: "null".utf8) }
        out.append(contentsOf: ",\"acknowledged_at\":".utf8)
        if let time = stored.acknowledgedAt { append(time, to: &out) } else { out.append(contentsOf: "null".utf8) }
        out.append(contentsOf: ",\"received_at\":".utf8)
        append(stored.receivedAt, to: &out)
        out.append(contentsOf: ",\"flags\":[".utf8)
        for (index, flag) in stored.flags.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            JSONText.append(flag, to: &out)
        }
        out.append(contentsOf: "],\"identities\":".utf8)
        out.append(contentsOf: stored.identities)
        out.append(contentsOf: ",\"snapshot\":\(stored.snapshot.map { String($0) } ?? "null")".utf8)
        out.append(contentsOf: ",\"incident\":\(stored.incident.map { "\"\($0)\"" } ?? "null")}".utf8)
    }

    /// The list's answer: `items` and the token of the next page.
    package static func list(_ events: [StoredEvent], next: PageToken?) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(events.reduce(64) { $0 + $1.event.body.count + 224 })
        out.append(contentsOf: "{\"items\":[".utf8)
        for (index, event) in events.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(event, to: &out)
        }
        out.append(contentsOf: "],\"next\":\(next.map { "\"\($0.text)\"" } ?? "null")}".utf8)
        return out
    }

    private static func append(_ time: Timestamp, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        out.append(contentsOf: time.rfc3339Bytes)
        out.append(UInt8(ascii: "\""))
    }

    /// A cheap look for a quote followed by the start of one of our names, or for an escape, so that the usual event is not parsed again.
    private static func mentionsOwnMember(_ body: [UInt8]) -> Bool {
        let prefixes: [[UInt8]] = ["\"ackno", "\"recei", "\"flags", "\"ident", "\"snaps", "\"incid", "\"\\u"].map { Array($0.utf8) }
        var at = 0
        while at < body.count {
            if body[at] == UInt8(ascii: "\"") {
                for prefix in prefixes where at + prefix.count <= body.count {
                    var same = true
                    for offset in 1..<prefix.count where body[at + offset] != prefix[offset] { same = false; break }
                    if same { return true }
                }
            }
            at += 1
        }
        return false
    }
}
