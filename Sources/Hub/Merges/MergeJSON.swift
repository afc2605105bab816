import Base
import Protocol

/// What was merged into somebody, in answers.
enum MergeJSON {
    static func list(_ merges: [Merge]) -> [UInt8] {
        var out = Array("[".utf8)
        for (index, merge) in merges.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(merge, to: &out)
        }
        return out + Array("]".utf8)
    }

    private static func append(_ merge: Merge, to out: inout [UInt8]) {
        let individual = merge.individual
        out += Array("{\"id\":\"\(merge.id)\",\"into\":\"\(merge.into)\",\"name\":".utf8)
        append(individual?.name, to: &out)
        out += Array(",\"profile\":".utf8)
        append(individual?.profile.rawValue, to: &out)
        out += Array(",\"created_at\":".utf8)
        append(individual?.createdAt.rfc3339, to: &out)
        out += Array(",\"created_by\":".utf8)
        append(individual?.createdBy, to: &out)
        out += Array(",\"consent\":".utf8)
        append(individual?.consent, to: &out)
        out += Array(",\"keep_until\":".utf8)
        append(individual?.keepUntil?.rfc3339, to: &out)
        out += Array(",\"pictures\":\(merge.pictures),\"merged_at\":\"\(merge.time.rfc3339)\",\"merged_by\":".utf8)
        append(merge.account, to: &out)
        out.append(UInt8(ascii: "}"))
    }

    private static func append(_ text: String?, to out: inout [UInt8]) {
        if let text { JSONText.append(text, to: &out) } else { out += Array("null".utf8) }
    }
}
