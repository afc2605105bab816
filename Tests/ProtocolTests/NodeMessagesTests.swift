import Base
import Protocol
import Testing

@Suite("Node messages")
struct NodeMessagesTests {
    @Test("the last will is exactly the contract's offline state")
    func offline() {
        #expect(NodeJSON.encode(NodeState(state: .offline)).map { String(decoding: $0, as: UTF8.self) } == "{\"state\":\"offline\"}")
    }

    @Test("state, health, command and reply read back as they were written")
    func roundTrip() throws {
        let now = Timestamp(rfc3339: "2026-11-23T08:00:00Z")!
        let state = NodeState(state: .online, version: "0.1", started: now, cameras: [NodeCamera(id: "cam", name: "Porch", online: true)])
        #expect(try NodeJSON.decode(NodeState.self, from: #require(NodeJSON.encode(state))) == state)
        var health = NodeHealth(
            ts: now,
            cameras: [
                .init(
                    id: "cam", online: true, fps: 15, bitrate: 2e6, decodeShare: 0.1, gaps: 2, detectorLatency: 0.2, recorded: 1 << 40)
            ])
        health.epoch = "e"
        health.lastSeq = 7
        health.outbox = .init(waiting: 1, kept: 2, deadLetters: 3)
        health.recording = .init(bytes: 1 << 41, continuousDays: 0.5, eventDays: 30, maximumBytes: 1 << 42)
        let bytes = try #require(NodeJSON.encode(health))
        #expect(try NodeJSON.decode(NodeHealth.self, from: bytes) == health)
        let object = try JSONObject(bytes)
        #expect(object.integer("last_seq") == 7)
        #expect(try object.object("outbox")?.integer("dead_letters") == 3)
        #expect(try object.object("recording")?.integer("maximum_bytes") == 1 << 42)
        let command = NodeCommand(command: "resend", since: now)
        #expect(try NodeJSON.decode(NodeCommand.self, from: #require(NodeJSON.encode(command))) == command)
        let reply = NodeReply(ok: false, error: "no", rows: 3, refused: ["a": "kept"])
        #expect(try NodeJSON.decode(NodeReply.self, from: #require(NodeJSON.encode(reply))) == reply)
    }

    @Test(
        "garbage is an error",
        arguments: [
            "", "[]", "{}", "{\"command\":5}", "{\"command\":\"resend\",\"since\":\"never\"}", "{\"command\":\"a\",\"command\":\"b\"}",
        ])
    func garbage(text: String) {
        #expect(throws: JSONError.self) { try NodeJSON.decode(NodeCommand.self, from: Array(text.utf8)) }
    }

    @Test("what has no JSON is not written")
    func notFinite() {
        var health = NodeHealth(ts: Timestamp(microseconds: 0))
        health.cpu = .nan
        #expect(NodeJSON.encode(health) == nil)
    }

    @Test("a state's members are called as the reference says")
    func names() throws {
        let camera = NodeCamera(id: "cam", name: "Porch", online: true, problem: "p", unrecorded: "u", subStream: true)
        let state = NodeState(
            state: .online, version: "1", started: Timestamp(microseconds: 0), cameras: [camera], instance: "i", motionOnly: "m",
            shortcomings: ["s"])
        let object = try JSONObject(#require(NodeJSON.encode(state)))
        #expect(Set(object.keys) == ["state", "version", "started", "cameras", "instance", "motion_only", "shortcomings"])
        let range = try #require(try object.elements("cameras")?.first)
        let first = try JSONObject(Array(try #require(NodeJSON.encode(state))[range]))
        #expect(Set(first.keys) == ["id", "name", "online", "problem", "unrecorded", "sub_stream"])
    }
}
