import Base
import Protocol

/// The journals, in answers.
enum JournalJSON {
    static func wildlife(_ entries: [WildlifeJournal.Entry], _ query: EventQuery, isCut: Bool) -> [UInt8] {
        var out = Array("{\"items\":[".utf8)
        for (index, entry) in entries.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += Array("{\"animal\":".utf8)
            JSONText.append(entry.animal, to: &out)
            let (first, last) = (entry.firstSeen.rfc3339, entry.lastSeen.rfc3339)
            out += Array(
                ",\"sightings\":\(entry.sightings),\"first_seen\":\"\(first)\",\"last_seen\":\"\(last)\",\"score\":\(number(entry.score))"
                    .utf8)
            out += Array(",\"picture\":\(entry.picture.map { "\"\($0)\"" } ?? "null"),\"hours\":\(entry.hours)".utf8)
            append(entry.months, named: "months", to: &out)
            append(entry.cameras, named: "cameras", to: &out)
            out.append(UInt8(ascii: "}"))
        }
        return out + end(query, isCut)
    }

    static func activity(_ activity: IndividualActivity, places: [String: CameraPlace], _ query: EventQuery, isCut: Bool) -> [UInt8] {
        var out = Array("{\"items\":[".utf8)
        for (index, camera) in activity.cameras.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(camera.camera, camera.site, places, to: &out)
            out += Array(",\"sightings\":\(camera.sightings),\"last_seen\":\"\(camera.lastSeen.rfc3339)\"}".utf8)
        }
        out += Array("],\"sightings\":\(activity.sightings),\"hours\":\(activity.hours)".utf8)
        append(activity.days, named: "days", to: &out)
        out += Array(",\"last\":".utf8)
        if let last = activity.last {
            append(last.camera, last.site, places, to: &out)
            out += Array(",\"event\":\"\(last.event)\",\"seen\":\"\(last.seen.rfc3339)\"}".utf8)
        } else {
            out += Array("null".utf8)
        }
        return out + end(query, isCut).dropFirst()
    }

    /// The beginning of an object.
    private static func append(_ camera: String, _ site: String, _ places: [String: CameraPlace], to out: inout [UInt8]) {
        out += Array("{\"camera\":".utf8)
        JSONText.append(camera, to: &out)
        out += Array(",\"site\":".utf8)
        JSONText.append(site, to: &out)
        out += Array(",\"place\":\(places[camera].map { "\"\($0.rawValue)\"" } ?? "null")".utf8)
    }

    private static func append(_ counts: [String: Int], named name: String, to out: inout [UInt8]) {
        out += Array(",\"\(name)\":{".utf8)
        for (index, count) in counts.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            JSONText.append(count.key, to: &out)
            out += Array(":\(count.value)".utf8)
        }
        out.append(UInt8(ascii: "}"))
    }

    private static func end(_ query: EventQuery, _ isCut: Bool) -> [UInt8] {
        func text(_ time: Timestamp?) -> String { time.map { "\"\($0.rfc3339)\"" } ?? "null" }
        return Array("],\"from\":\(text(query.from)),\"to\":\(text(query.to)),\"is_cut\":\(isCut),\"next\":null}".utf8)
    }

    private static func number(_ value: Double?) -> String { value.map { "\(($0 * 1000).rounded() / 1000)" } ?? "null" }
}
