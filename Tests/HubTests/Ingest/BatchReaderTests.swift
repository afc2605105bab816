import Base
@testable import Hub
import MQTT
import Protocol
import TestSupport
import Testing

@Suite("BatchReader")
struct BatchReaderTests {
    private let reader = BatchReader(clock: ManualClock())

    private func body(seq: Int64, node: String = "porch", extra: String = "") throws -> [UInt8] {
        let event = try Event(
            id: EventID(at: Timestamp(secondsSince1970: 1_790_000_000)), rev: 1, node: node, epoch: "e1", seq: seq, site: "home",
            sourceID: "cam", type: "motion", severity: .notice, ts: Timestamp(secondsSince1970: 1_790_000_000), endTS: nil,
            payload: Array("{}".utf8))
        return extra.isEmpty ? event.body : event.body.dropLast() + Array(extra.utf8) + [UInt8(ascii: "}")]
    }

    private func message(_ payload: [UInt8], topic: String = "vigilar/node/porch/events", contentType: String? = "application/json")
        -> MQTTMessage
    {
        MQTTMessage(topic: topic, payload: payload, contentType: contentType)
    }

    private func batch(_ bodies: [[UInt8]]) -> [UInt8] {
        EventBatch.encode(node: "porch", epoch: "e1", batch: 7, bodies: bodies)
    }

    @Test("reads a batch and keeps unknown fields byte for byte")
    func good() throws {
        let odd = try body(seq: 2, extra: ",\"future\":{\"a\":[1,2]}")
        guard case .batch(let batch, let number) = reader.read(message(batch([try body(seq: 1), odd]))) else { return #expect(Bool(false)) }
        #expect(number == 7)
        #expect(batch.events.map(\.seq) == [1, 2])
        #expect(batch.events[1].body == odd)
    }

    @Test("sets a bad event aside with its reason and keeps its neighbours")
    func neighbour() throws {
        let bad = Array("{\"seq\":2,\"v\":1,\"id\":\"nonsense\"}".utf8)
        guard case .batch(let batch, _) = reader.read(message(batch([try body(seq: 1), bad, try body(seq: 3)]))) else {
            return #expect(Bool(false))
        }
        #expect(batch.events.map(\.seq) == [1, 3])
        #expect(batch.refused.map(\.seq) == [2])
        #expect(batch.refused[0].why.contains("id must be a UUID"))
        #expect(batch.refused[0].body == bad)
    }

    @Test("sets an event of another node aside")
    func forged() throws {
        guard case .batch(let batch, _) = reader.read(message(batch([try body(seq: 1, node: "attic")]))) else {
            return #expect(Bool(false))
        }
        #expect(batch.events.isEmpty)
        #expect(batch.refused.map(\.seq) == [1])
    }

    @Test("sets an event aside whose id is one that a hub would make, so that no node can take the place of a hub's warning")
    func hubsID() throws {
        let taken = EventID(subject: "garden", transition: 1)
        let event = try Event(
            id: taken, rev: 9, node: "porch", epoch: "e1", seq: 2, site: "home", sourceID: "porch-cam", type: "motion", severity: .info,
            ts: Timestamp(secondsSince1970: 1_790_000_000), endTS: nil, payload: Array("{}".utf8))
        guard case .batch(let batch, _) = reader.read(message(batch([try body(seq: 1), event.body]))) else { return #expect(Bool(false)) }
        #expect(batch.events.map(\.seq) == [1])
        #expect(batch.refused.map(\.seq) == [2])
        #expect(batch.refused.first?.why.contains("version 7") == true)
    }

    @Test(
        "answers a batch that cannot be parsed with the reason",
        arguments: [
            "", "{", "[]", "{\"node\":\"porch\"}", "{\"node\":\"attic\",\"epoch\":\"e1\",\"batch\":1,\"events\":[]}",
            "{\"node\":\"porch\",\"epoch\":\"e1\",\"batch\":1,\"events\":{}}",
            "{\"node\":\"porch\",\"epoch\":\"e1\",\"batch\":1,\"events\":[1]}",
            "{\"node\":\"porch\",\"epoch\":\"e1\",\"batch\":1,\"events\":[{}]}",
        ])
    func unreadable(_ text: String) {
        guard case .unreadable(let node, let answer) = reader.read(message(Array(text.utf8))) else {
            return #expect(Bool(false), "\(text)")
        }
        #expect(node == "porch")
        #expect(answer.unreadable?.isEmpty == false)
        #expect(answer.committed.isEmpty)
    }

    @Test("refuses an unknown content type and garbage that claims to be compressed")
    func contentTypes() throws {
        let good = batch([try body(seq: 1)])
        for type in ["text/plain", "application/json+zstd"] {
            guard case .unreadable = reader.read(message(good, contentType: type)) else { return #expect(Bool(false), "\(type)") }
        }
    }

    @Test("leaves other topics alone", arguments: ["vigilar/node/porch/ack", "vigilar/node/Porch!/events", "vigilar/node//events", "x"])
    func foreign(_ topic: String) throws {
        guard case .foreign = reader.read(message(batch([try body(seq: 1)]), topic: topic)) else { return #expect(Bool(false)) }
    }
}
