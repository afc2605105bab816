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
            "video":"/api/v1/recordings/\(segment.id)/video.mp4","class":\(segment.kept.map { "\"\($0.rawValue)\"" } ?? "null"),"star":
            """.utf8
        append(segment.star, to: &out)
        out.append(UInt8(ascii: "}"))
    }

    private static func append(_ star: SegmentStar?, to out: inout [UInt8]) {
        guard let star else {
            out += "null".utf8
            return
        }
        let state = star.isSettled ? (star.why == nil ? "confirmed" : "refused") : "waiting"
        out += "{\"wanted\":\(star.isWanted),\"state\":\"\(state)\",\"changed_at\":\"\(star.changedAt.rfc3339)\",\"changed_by\":".utf8
        JSONText.append(star.changedBy, to: &out)
        out += ",\"why\":".utf8
        if let why = star.why { JSONText.append(why, to: &out) } else { out += "null".utf8 }
        out.append(UInt8(ascii: "}"))
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
