import Base
import Protocol
import Recording

/// A recording in an answer of the API.
enum RecordingJSON {
    static func append(_ segment: SegmentSummary, to out: inout [UInt8]) {
        // Ids, times and numbers need no escapes.
        out +=
            """
            {"id":"\(segment.id)","camera":"\(segment.camera)","node":"\(segment.node)","site":"\(segment.site)",\
            "track":"\(segment.track.rawValue)","start":"\(segment.start.rfc3339)","end":"\(segment.end.rfc3339)",\
            "bytes":\(segment.fileLength),"state":"\(name(segment.state))","duration":\(segment.end.seconds(since: segment.start)),\
            "video":"/api/v1/recordings/\(segment.id)/video.mp4"}
            """.utf8
    }

    /// The list's answer: `items` and the token of the next page.
    static func list(_ segments: [SegmentSummary], next: PageToken?) -> [UInt8] {
        var out = Array("{\"items\":[".utf8)
        for (index, segment) in segments.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(segment, to: &out)
        }
        out += "],\"next\":\(next.map { "\"\($0.text)\"" } ?? "null")}".utf8
        return out
    }

    private static func name(_ state: SegmentIndex.State) -> String {
        switch state {
        case .open: "open"
        case .closed: "closed"
        case .unterminated: "unterminated"
        }
    }
}
