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

    @Test("A payload with line breaks becomes one data line each, as the format wants")
    func lines() throws {
        let text = String(buffer: try frame(1, payload: "{\n\"a\":1\n}").bytes)
        #expect(text.hasPrefix("event: event\nid: 1\ndata: {"))
        #expect(text.hasSuffix("\"payload\":{\ndata: \"a\":1\ndata: }}\n\n"))
    }
}
