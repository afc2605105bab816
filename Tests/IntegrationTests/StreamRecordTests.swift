import Protocol
import Testing

@testable import Fleet

@Suite("Stream record")
struct StreamRecordTests {
    private static let id = "0192f6c2-0000-7000-8000-000000000001"
    private static let other = "0192f6c2-0000-7000-8000-000000000002"

    private static func event(_ cursor: Int, rev: Int, id: String = id) -> String {
        "event: event\nid: \(cursor)\ndata: {\"cursor\":\(cursor),\"id\":\"\(id)\",\"rev\":\(rev),\"payload\":{\"at\":\(cursor * 10)}}\n\n"
    }

    private static func connected(_ cursor: Int) -> String {
        "event: connected\nid: \(cursor)\nretry: 2000\ndata: {\"cursor\":\(cursor)}\n\n"
    }

    private static func record(_ text: String) -> StreamRecord {
        var reader = StreamReader()
        var record = StreamRecord()
        // In pieces, as a socket brings them.
        for byte in text.utf8 { for message in reader.take([byte]) { record.take(message) } }
        return record
    }

    @Test("a stream without a hole has no faults, over a reconnection too")
    func clean() throws {
        let record = Self.record(
            Self.connected(4) + Self.event(5, rev: 1) + ": keepalive\n\n" + Self.event(6, rev: 1, id: Self.other) + Self.connected(6)
                + Self.event(7, rev: 2))
        #expect(record.faults == [])
        #expect(record.cursor == 7)
        #expect(record.events == 3)
        #expect(record.freshest == 70)
        #expect(record.revisions == [try #require(EventID(Self.id)): 2, try #require(EventID(Self.other)): 1])
    }

    @Test(
        "what a browser would miss or see twice is a fault",
        arguments: [
            ("a hole", Self.event(5, rev: 1) + Self.event(7, rev: 1, id: Self.other)),
            ("a double", Self.event(5, rev: 1) + Self.event(5, rev: 1)),
            ("a cursor that goes back", Self.event(5, rev: 1) + Self.event(4, rev: 1, id: Self.other)),
            ("a revision that goes back", Self.event(5, rev: 2) + Self.event(6, rev: 1)),
            ("a reset", "event: reset\nid: 9\ndata: {\"cursor\":9}\n\n"),
            ("a resumption elsewhere", Self.event(5, rev: 1) + Self.connected(9)),
            ("an event that cannot be read", "event: event\nid: 5\ndata: {}\n\n"),
            ("a summary with another cursor than its id", Self.event(5, rev: 1).replacing("id: 5", with: "id: 6")),
        ])
    func faults(name: String, text: String) {
        #expect(Self.record(Self.connected(4) + text).faults.count == 1, "\(name)")
    }

    @Test("an HTTP response's chunks are joined wherever they are cut", arguments: [1, 2, 3, 7, 1000])
    func chunks(size: Int) {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n \r\n5\r\nworld\r\n0\r\n\r\n"
        var reader = HTTPResponseReader()
        var body: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            body += reader.take(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        #expect(reader.status == 200)
        #expect(reader.isOver)
        #expect(String(decoding: body, as: UTF8.self) == "hello world")
    }
}
