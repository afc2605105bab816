import Base
import Protocol

/// Who is known, in answers.
enum IdentityJSON {
    static func individuals(_ records: [IndividualRecord]) -> [UInt8] {
        var out = Array("{\"items\":[".utf8)
        for (index, record) in records.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(record, to: &out)
        }
        return out + Array("],\"next\":null}".utf8)
    }

    static func individual(_ record: IndividualRecord) -> [UInt8] {
        var out: [UInt8] = []
        append(record, to: &out)
        return out
    }

    static func strangers(_ groups: [StrangerGroup]) -> [UInt8] {
        var out = Array("{\"items\":[".utf8)
        for (index, group) in groups.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            let events = group.events.map { "\"\($0)\"" }.joined(separator: ",")
            out += Array("{\"events\":[\(events)],\"cameras\":[".utf8)
            for (place, camera) in group.cameras.enumerated() {
                if place > 0 { out.append(UInt8(ascii: ",")) }
                JSONText.append(camera, to: &out)
            }
            out += Array("],\"first_seen\":\(text(group.firstSeen)),\"last_seen\":\(text(group.lastSeen))}".utf8)
        }
        return out + Array("],\"next\":null}".utf8)
    }

    /// - Parameter strangerDays: Days for which a face without a name is kept; nil where that is not to be told.
    static func recognition(_ choice: RecognitionChoice?, strangerDays: Int? = nil) -> [UInt8] {
        var out = Array("{\"on\":\(choice?.isOn ?? false),\"ground\":".utf8)
        JSONText.append(choice?.ground ?? "", to: &out)
        out += Array(",\"changed_at\":\(text(choice?.changedAt)),\"changed_by\":".utf8)
        if let choice { JSONText.append(choice.changedBy, to: &out) } else { out += Array("null".utf8) }
        if let strangerDays { out += Array(",\"strangers_days\":\(strangerDays)".utf8) }
        out.append(UInt8(ascii: "}"))
        return out
    }

    /// Of an event's identities those that name nobody: which animal it is, people have said, stays.
    /// - Parameter identities: A JSON array. Nothing is left of one that cannot be read.
    static func withoutNames(_ identities: [UInt8]) -> [UInt8] {
        let kept = JSONObject.objects(in: identities).filter { $0.string("kind") == "species" }
        return Array("[".utf8) + kept.map(\.bytes).joined(separator: Array(",".utf8)) + Array("]".utf8)
    }

    private static func append(_ record: IndividualRecord, to out: inout [UInt8]) {
        let individual = record.individual
        out += Array("{\"id\":\"\(individual.id)\",\"kind\":\"\(individual.kind.rawValue)\",\"name\":".utf8)
        JSONText.append(individual.name, to: &out)
        out += Array(",\"profile\":\"\(individual.profile.rawValue)\",\"created_at\":\(text(individual.createdAt)),\"created_by\":".utf8)
        JSONText.append(individual.createdBy, to: &out)
        out += Array(",\"consent\":".utf8)
        if let consent = individual.consent { JSONText.append(consent, to: &out) } else { out += Array("null".utf8) }
        out += Array(",\"keep_until\":\(text(individual.keepUntil))".utf8)
        out += Array(
            ",\"pictures\":\(record.pictures),\"portrait\":\(record.portrait.map { "\"\($0)\"" } ?? "null"),\"sightings\":\(record.sightings),\"first_seen\":\(text(record.firstSeen)),\"last_seen\":"
                .utf8)
        out += Array("\(text(record.lastSeen))}".utf8)
    }

    private static func text(_ time: Timestamp?) -> String { time.map { "\"\($0.rfc3339)\"" } ?? "null" }
}
