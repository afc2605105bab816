import Base
import Protocol

/// A visit, in answers.
enum VisitJSON {
    static func append(_ visit: Visit, to out: inout [UInt8]) {
        out += Array("{\"site\":".utf8)
        JSONText.append(visit.site, to: &out)
        out += Array(",\"id\":\(visit.individual.map { "\"\($0)\"" } ?? "null"),\"name\":".utf8)
        if let name = visit.name { JSONText.append(name, to: &out) } else { out += Array("null".utf8) }
        out += Array(",\"from\":\"\(visit.from.rfc3339)\",\"to\":\(visit.to.map { "\"\($0.rfc3339)\"" } ?? "null")".utf8)
        out += Array(",\"last_seen\":\"\(visit.seen.rfc3339)\",\"people\":\(visit.people),\"cameras\":[".utf8)
        for (index, camera) in visit.cameras.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            JSONText.append(camera, to: &out)
        }
        out += Array("],\"events\":[\(visit.events.map { "\"\($0)\"" }.joined(separator: ","))]".utf8)
        out += Array(",\"portrait\":\(visit.portrait.map { "\"\($0)\"" } ?? "null")}".utf8)
    }
}
