package import NIOCore
package import Protocol

/// One published event as the bytes of its server-sent event, built once and shared by every subscriber.
package struct StreamFrame: Sendable {
    package let cursor: Int64
    let site: String
    let camera: String
    let type: String
    let severity: Severity
    /// `event: event`, `id:` and `data:` lines and the empty line after them.
    package let bytes: ByteBuffer
    /// The same for those who may not see who is known.
    private let nameless: ByteBuffer
    /// Both for those who do not see all of its site: what belongs together would tell them that something was in between.
    private let (apart, namelessApart): (ByteBuffer, ByteBuffer)
    /// Bytes that it holds in memory: those above that are the same share one buffer.
    package let size: Int

    package init(_ event: PublishedEvent) {
        cursor = event.cursor
        site = event.site
        camera = event.sourceID
        type = event.type
        severity = event.severity
        let withoutNames = event.jsonWithoutNames
        bytes = Self.lines(event.cursor, event.json)
        nameless = withoutNames.map { Self.lines(event.cursor, $0) } ?? bytes
        apart = event.hasIncident ? Self.lines(event.cursor, PublishedEvent.withoutIncident(event.json)) : bytes
        namelessApart = withoutNames.map { Self.lines(event.cursor, PublishedEvent.withoutIncident($0)) } ?? apart
        var held = [bytes]
        if withoutNames != nil { held += [nameless, namelessApart] }
        if event.hasIncident { held.append(apart) }
        size = held.reduce(0) { $0 + $1.readableBytes }
    }

    private init(_ frame: StreamFrame, _ bytes: ByteBuffer, apart: ByteBuffer) {
        (cursor, site, camera, type, severity) = (frame.cursor, frame.site, frame.camera, frame.type, frame.severity)
        (self.bytes, nameless, self.apart, namelessApart) = (bytes, bytes, apart, apart)
        size = frame.size
    }

    /// As those get it who may not see who is known.
    package var withoutNames: StreamFrame { StreamFrame(self, nameless, apart: namelessApart) }
    /// As those get it who do not see all of its site.
    package var withoutIncident: StreamFrame { StreamFrame(self, apart, apart: apart) }

    private static func lines(_ cursor: Int64, _ json: [UInt8]) -> ByteBuffer {
        var out = ByteBuffer()
        out.reserveCapacity(json.count + 48)
        out.writeString("event: event\nid: \(cursor)\n")
        writeData(json, to: &out)
        out.writeString("\n")
        return out
    }

    package func passes(_ filter: EventFilter) -> Bool {
        filter.isOpen || filter.admits(site: site, camera: camera, type: type, severity: severity)
    }

    /// The first event of every stream.
    /// - Parameters:
    ///   - cursor: Where the stream goes on from; it becomes the browser's `Last-Event-ID`. Nil leaves that untouched.
    ///   - account: Whose session it belongs to: a page that was made for somebody else is not to follow it.
    static func connected(_ cursor: Int64?, account: String) -> ByteBuffer {
        let id = cursor.map { "id: \($0)\n" } ?? ""
        var data = Array("{\"account\":".utf8)
        JSONText.append(account, to: &data)
        if let cursor { data += ",\"cursor\":\(cursor)".utf8 }
        var out = ByteBuffer(string: "event: connected\n\(id)retry: 2000\ndata: ")
        out.writeBytes(data)
        out.writeString("}\n\n")
        return out
    }

    /// Tells a browser that the stream cannot be continued from where it was, and where it goes on.
    static func reset(_ cursor: Int64) -> ByteBuffer {
        ByteBuffer(string: "event: reset\nid: \(cursor)\ndata: {\"cursor\":\(cursor)}\n\n")
    }

    static let keepalive = ByteBuffer(string: ": keepalive\n\n")

    /// A payload may hold line breaks between its tokens: each line becomes a `data:` line, which the browser joins again.
    private static func writeData(_ json: [UInt8], to out: inout ByteBuffer) {
        for line in json.split(omittingEmptySubsequences: true, whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            out.writeString("data: ")
            out.writeBytes(line)
            out.writeString("\n")
        }
    }
}
