import Base
import Hub
import Protocol
import Testing

@Suite struct EventJSONTests {
    /// What the hub answers for an event whose node wrote `extra` into it.
    private func answer(_ extra: String, acknowledged: Bool) throws -> JSONObject {
        let text = """
            {"v":1,"id":"0192f6c2-0000-7000-8000-000000000001","rev":1,"node":"porch","epoch":"k3v9","seq":1,"site":"home",\
            "source_id":"porch-cam","type":"motion","severity":"info","ts":"2026-11-23T08:09:10.123456Z",\
            "payload":{"flags":["kept"],"acknowledged":"kept"}\(extra)}
            """
        let event = try Event(body: Array(text.utf8))
        let time = event.ts.advanced(bySeconds: 1)
        let stored = StoredEvent(
            event: event, receivedAt: time, acknowledgedAt: acknowledged ? time : nil, acknowledgedBy: acknowledged ? "o\"hara" : nil,
            flags: ["unusual_time"])
        var out: [UInt8] = []
        EventJSON.append(stored, to: &out)
        // Refuses what is no JSON and what has a key twice.
        return try JSONObject(out)
    }

    @Test(
        "Where a node's event has the name of a member of the hub's own, the hub's value stands, once",
        arguments: [
            "", #","acknowledged":true"#, #", "received_at" : "never","flags":{"a":[1,"}"]},"identities":"me""#,
            #","\u0061cknowledged":"yes","acknowledged_by":"root","acknowledged_at":1"#,
        ])
    func ownMembers(_ extra: String) throws {
        let object = try answer(extra, acknowledged: false)
        #expect(object.bool("acknowledged") == false)
        #expect(object.isNull("acknowledged_by"))
        #expect(object.isNull("acknowledged_at"))
        #expect(object.string("received_at") == "2026-11-23T08:09:11.123456Z")
        #expect(object.raw("flags").map { String(decoding: $0, as: UTF8.self) } == #"["unusual_time"]"#)
        #expect(object.raw("identities").map { String(decoding: $0, as: UTF8.self) } == "[]")
        #expect(object.string("node") == "porch")
        #expect(object.raw("payload").map { String(decoding: $0, as: UTF8.self) } == #"{"flags":["kept"],"acknowledged":"kept"}"#)
    }

    @Test("Members that only look like the hub's own are kept as they are")
    func lookalikes() throws {
        let object = try answer(#","flagship":1,"acknowledged_":2,"a\u00e9":3"#, acknowledged: true)
        #expect(object.integer("flagship") == 1)
        #expect(object.integer("acknowledged_") == 2)
        #expect(object.integer("a\u{e9}") == 3)
        #expect(object.bool("acknowledged") == true)
        #expect(object.string("acknowledged_by") == "o\"hara")
    }
}
