import Base
import Hub
import NIOCore
import Protocol
import Testing

@Suite struct RecentFramesTests {
    private func frame(_ cursor: Int64, payload: String = "{}") throws -> StreamFrame {
        let event = try Event(
            id: EventID(high: 7, low: UInt64(cursor)), rev: 1, node: "n", epoch: "e", seq: cursor, site: "s", sourceID: "c", type: "motion",
            severity: .info, ts: Timestamp(microseconds: 0), endTS: nil, payload: Array(payload.utf8))
        return StreamFrame(PublishedEvent(cursor: cursor, event: event, acknowledged: false))
    }

    @Test("It gives what lies between two cursors, and nothing where some of it is gone")
    func window() throws {
        var recent = RecentFrames(floor: 10, countLimit: 3)
        for cursor: Int64 in 11...15 { recent.append(try frame(cursor)) }
        #expect(recent.floor == 12)
        #expect(recent.frames(after: 11, through: 15) == nil)
        #expect(recent.frames(after: 12, through: 14)?.map(\.cursor) == [13, 14])
        #expect(recent.frames(after: 15, through: 15)?.isEmpty == true)
    }

    @Test("It stays within its bytes over thousands of frames")
    func bytes() throws {
        let size = try frame(1).bytes.readableBytes
        var recent = RecentFrames(floor: 0, countLimit: 100_000, byteLimit: size * 10)
        for cursor: Int64 in 1...5000 { recent.append(try frame(cursor)) }
        let kept = try #require(recent.frames(after: recent.floor, through: 5000))
        #expect(kept.count <= 10)
        #expect(recent.frames(after: 4995, through: 5000)?.map(\.cursor) == [4996, 4997, 4998, 4999, 5000])
    }

    @Test("What it holds for those who may see less counts, too")
    func size() throws {
        let event = try Event(
            id: EventID(high: 7, low: 1), rev: 1, node: "n", epoch: "e", seq: 1, site: "s", sourceID: "c", type: "person", severity: .info,
            ts: Timestamp(microseconds: 0), endTS: nil, payload: Array("{}".utf8))
        func frame(identities: String, incident: EventID?) -> StreamFrame {
            StreamFrame(
                PublishedEvent(cursor: 1, event: event, acknowledged: false, identities: Array(identities.utf8), incident: incident))
        }
        let plain = frame(identities: "[]", incident: nil)
        #expect(plain.size == plain.bytes.readableBytes)
        let joined = frame(identities: "[]", incident: event.id)
        #expect(joined.size == joined.bytes.readableBytes + joined.withoutIncident.bytes.readableBytes)
        let named = frame(identities: #"[{"name":"Anna"}]"#, incident: event.id)
        let all = [named, named.withoutNames, named.withoutIncident, named.withoutNames.withoutIncident]
        #expect(named.size == all.reduce(0) { $0 + $1.bytes.readableBytes })
        var recent = RecentFrames(floor: 0, countLimit: 100, byteLimit: named.size * 3 - 1)
        for _ in 1...3 { recent.append(named) }
        #expect(recent.frames(after: 0, through: 1) == nil)
    }

    @Test("A payload with line breaks becomes one data line each, as the format wants")
    func lines() throws {
        let text = String(buffer: try frame(1, payload: "{\n\"a\":1\n}").bytes)
        #expect(text.hasPrefix("event: event\nid: 1\ndata: {"))
        #expect(text.hasSuffix("\"payload\":{\ndata: \"a\":1\ndata: },\"incident\":null}\n\n"))
    }
}
