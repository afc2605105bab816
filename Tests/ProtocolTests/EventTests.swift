import Base
import Protocol
import Testing

@Suite("Event")
struct EventTests {
    static let id = EventID("0192f6c2-0000-7000-8000-000000000001")!

    static func text(_ changes: [String: String?] = [:]) -> String {
        var members: [(String, String)] = [
            ("v", "1"), ("id", "\"\(id)\""), ("rev", "1"), ("node", "\"porch\""), ("epoch", "\"k3v9\""), ("seq", "7"), ("site", "\"home\""),
            ("source_id", "\"porch-cam\""), ("type", "\"motion\""), ("severity", "\"warning\""), ("ts", "\"2026-11-23T08:09:10.123456Z\""),
            ("end_ts", "null"), ("payload", "{\"score\":0.91}"),
        ]
        for (key, value) in changes {
            members.removeAll { $0.0 == key }
            if let value { members.append((key, value)) }
        }
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    static func event(_ changes: [String: String?] = [:]) throws -> Event { try Event(body: Array(text(changes).utf8)) }

    @Test("what is composed reads back the same")
    func roundTrip() throws {
        let ts = Timestamp(rfc3339: "2026-11-23T08:09:10.123456Z")!
        let event = try Event(
            id: Self.id, rev: 3, node: "porch", epoch: "e1", seq: 9, site: "home", sourceID: "cam", type: "person", severity: .alarm,
            ts: ts,
            endTS: ts.advanced(bySeconds: 5), payload: Array("{\"a\":[1]}".utf8))
        let read = try Event(body: event.body)
        #expect(read == event)
        #expect(read.endTS == ts.advanced(bySeconds: 5))
        #expect(String(decoding: read.payload, as: UTF8.self) == "{\"a\":[1]}")
    }

    @Test("unknown members and a version from the future survive byte for byte")
    func unknownMembers() throws {
        let text = Self.text(["v": "2", "future": "{\"deep\":[1,2,{\"x\":null}]}", "type": "\"drone.seen\""])
        let event = try Event(body: Array((" " + text + "\n").utf8))
        #expect(event.v == 2)
        #expect(event.type == "drone.seen")
        #expect(String(decoding: event.body, as: UTF8.self) == text)
    }

    @Test("end_ts and payload may be absent")
    func optionalMembers() throws {
        let event = try Self.event(["end_ts": nil, "payload": nil])
        #expect(event.endTS == nil)
        #expect(String(decoding: event.payload, as: UTF8.self) == "{}")
    }

    @Test(
        "a member that breaks its rule is refused, and the number of the row is still known",
        arguments: [
            ("v", "null"), ("v", "0"), ("v", "\"1\""), ("v", "1.0"), ("id", "\"x\""), ("id", "null"), ("id", "7"), ("rev", "0"),
            ("rev", "-1"),
            ("rev", "9007199254740992"), ("node", "\"Porch\""), ("node", "\"\""), ("node", "null"), ("epoch", "\"a b\""),
            ("site", "\"a/b\""),
            ("site", "\"" + String(repeating: "a", count: 65) + "\""), ("source_id", "\"+\""), ("type", "\"\""), ("type", "\"a b\""),
            ("severity", "\"loud\""), ("severity", "3"), ("ts", "\"yesterday\""), ("ts", "\"2026-02-30T00:00:00Z\""), ("ts", "0"),
            ("end_ts", "\"later\""), ("end_ts", "5"), ("payload", "[]"), ("payload", "\"x\""), ("payload", "null"),
        ] as [(String, String)])
    func refused(key: String, value: String) {
        let error = #expect(throws: EventError.self) { try Self.event([key: value]) }
        #expect(error?.seq == 7)
    }

    @Test(
        "without a readable seq nobody knows which row is meant",
        arguments: [nil, "-1", "\"7\"", "7.5", "9007199254740992", "1e3"] as [String?])
    func noSeq(value: String?) {
        let error = #expect(throws: EventError.self) { try Self.event(["seq": value]) }
        #expect(error?.seq == nil)
    }

    @Test("48 KiB are taken, one byte more is not")
    func size() throws {
        let spare = Limits.event - Self.text(["payload": "{\"x\":\"\"}"]).utf8.count
        let fits = Self.text(["payload": "{\"x\":\"" + String(repeating: "y", count: spare) + "\"}"])
        #expect(try Event(body: Array(fits.utf8)).body.count == Limits.event)
        let over = Self.text(["payload": "{\"x\":\"" + String(repeating: "y", count: spare + 1) + "\"}"])
        #expect(throws: EventError.tooLarge(seq: 7, bytes: Limits.event + 1)) { try Event(body: Array(over.utf8)) }
    }

    @Test(
        "a payload that would break out of its place is refused when composing",
        arguments: ["{},\"v\":9", "{}}", "{\"a\":1},\"seq\":3,\"x\":{}", "{", ""])
    func injection(payload: String) {
        let ts = Timestamp(microseconds: 0)
        #expect(throws: EventError.self) {
            try Event(
                id: Self.id, rev: 1, node: "porch", epoch: "e1", seq: 1, site: "home", sourceID: "cam", type: "motion", severity: .info,
                ts: ts,
                endTS: nil, payload: Array(payload.utf8))
        }
    }
}
