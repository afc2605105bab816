import Base
import Protocol
import Vision

/// Pictures of somebody, in answers.
enum PictureJSON {
    static func pictures(_ offered: [OfferedPicture], _ known: [KnownPicture]) -> [UInt8] {
        var out = Array("{\"items\":[".utf8)
        for (index, picture) in offered.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(picture, to: &out)
        }
        for (index, picture) in known.enumerated() {
            if index > 0 || !offered.isEmpty { out.append(UInt8(ascii: ",")) }
            out += Array("{\"id\":\"\(picture.id)\",\"state\":\"known\",\"source\":\"\(picture.wasOffered ? "upload" : "event")\"".utf8)
            append(addedAt: picture.addedAt, by: picture.addedBy, to: &out)
            out += Array(",\"found\":[],\"trouble\":null,\"model\":".utf8)
            JSONText.append(picture.model, to: &out)
            out.append(UInt8(ascii: "}"))
        }
        return out + Array("],\"next\":null}".utf8)
    }

    static func list(_ offered: [OfferedPicture]) -> [UInt8] {
        var out = [UInt8(ascii: "[")]
        for (index, picture) in offered.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(picture, to: &out)
        }
        return out + [UInt8(ascii: "]")]
    }

    static func picture(_ picture: OfferedPicture) -> [UInt8] {
        var out: [UInt8] = []
        append(picture, to: &out)
        return out
    }

    static func state(_ state: PictureState) -> [UInt8] {
        var out = Array("{\"waiting\":\(state.waiting),\"old\":\(state.old),\"trouble\":".utf8)
        append(state.trouble, to: &out)
        out.append(UInt8(ascii: "}"))
        return out
    }

    private static func append(_ picture: OfferedPicture, to out: inout [UInt8]) {
        out += Array("{\"id\":\"\(picture.id)\",\"state\":\"\(picture.state.rawValue)\",\"source\":\"upload\"".utf8)
        append(addedAt: picture.addedAt, by: picture.addedBy, to: &out)
        let boxes = picture.found.map { box in
            "[" + [box.x, box.y, box.width, box.height].map { String(($0 * 10_000).rounded() / 10_000) }.joined(separator: ",") + "]"
        }
        out += Array(",\"found\":[\(boxes.joined(separator: ","))],\"trouble\":".utf8)
        append(picture.trouble, to: &out)
        out += Array(",\"model\":null}".utf8)
    }

    private static func append(addedAt time: Timestamp, by account: String, to out: inout [UInt8]) {
        out += Array(",\"added_at\":\"\(time.rfc3339)\",\"added_by\":".utf8)
        JSONText.append(account, to: &out)
    }

    private static func append(_ text: String?, to out: inout [UInt8]) {
        if let text { JSONText.append(text, to: &out) } else { out += Array("null".utf8) }
    }
}
