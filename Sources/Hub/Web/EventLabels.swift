private import Foundation
package import Protocol

/// The words of the timeline. The script's `format.js` has the same ones for what arrives live, and a test holds the two together.
package enum EventLabels {
    /// Known types: title, icon in the sprite, and whether such an event has a beginning and an end.
    package static let types: [(type: String, title: String, icon: String, lasts: Bool)] = [
        ("motion", "Motion", "motion", true),
        ("person", "Person", "person", true),
        ("face", "Face", "face", true),
        ("pet", "Pet", "pet", true),
        ("wildlife", "Wildlife", "wildlife", true),
        ("vehicle", "Vehicle", "vehicle", true),
        ("pet_alert", "Pet alert", "pet", true),
        ("sound", "Sound", "sound", true),
        ("sensor", "Sensor", "sensor", false),
        ("camera_offline", "Camera offline", "camera-off", false),
        ("camera_online", "Camera back online", "camera", false),
        ("camera_tampered", "Camera tampered with", "camera-off", false),
        ("recording_gap", "Gap in the recording", "gap", false),
        ("node_offline", "Node offline", "node", true),
        ("node_online", "Node back online", "node", false),
        ("power", "Power", "power", false),
        ("arm_state", "Arming changed", "shield", false),
        ("system", "System", "system", false),
    ]

    /// Keys of `why` that nodes and the hub write, in words. Others are shown as they are.
    package static let reasons: [(key: String, words: String)] = [
        ("area", "Part of the picture that moved"),
        ("close_ups", "Looks from close by"),
        ("gate", "Looked at because of"),
        ("gate_delay_s", "Seconds until it was looked at"),
        ("interrupted", "Broken off"),
        ("sightings", "Times it was found"),
        ("text", "Reason"),
        ("trigger", "Told by"),
    ]

    package static func type(_ type: String) -> String {
        types.first { $0.type == type }?.title ?? type.replacingOccurrences(of: "_", with: " ").capitalizedFirst
    }

    /// What an event shows, as narrow as it is known: a name, a kind of animal, what moved, or else its type.
    /// - Parameter identities: Who was seen, as a JSON array.
    package static func subject(_ type: String, _ payload: JSONObject?, identities: [UInt8]) -> String {
        let known = JSONObject.objects(in: identities)
        // Whom somebody is sure of first: what animal it is that somebody said is surer than a likeness.
        let named = known.filter { $0.string("name") != nil }
        let who = named.first { $0.string("state") == IdentityState.known.rawValue } ?? named.first
        if type == PetAlert.type {
            return (who?.string("name") ?? "A pet") + (payload?.string("condition") == "unseen" ? " has not been seen" : " is outside")
        }
        if let who, let name = who.string("name") {
            let isSpecies = who.string("kind") == "species"
            return who.string("state") == IdentityState.known.rawValue
                ? isSpecies ? name.capitalizedFirst : name : "Probably \(name)"
        }
        guard ["pet", "wildlife", "vehicle"].contains(type),
            let seen = payload?.raw("objects").flatMap({ JSONObject.objects(in: Array($0)).first })
        else {
            return Self.type(type)
        }
        if let species = try? seen.object("species"), species.string("level") != "animal", let name = species.string("name") {
            return name.capitalizedFirst
        }
        guard let label = seen.string("label"), !label.isEmpty else { return Self.type(type) }
        let isStranger = type == "pet" && known.contains { $0.string("state") == IdentityState.unknown.rawValue }
        return isStranger ? "Unknown \(label)" : label.capitalizedFirst
    }

    package static func icon(_ type: String) -> String { types.first { $0.type == type }?.icon ?? "event" }
    package static func lasts(_ type: String) -> Bool { types.first { $0.type == type }?.lasts ?? false }
    package static func severity(_ severity: Severity) -> String { severity.name.capitalizedFirst }

    package static func severityChoice(_ severity: Severity) -> String {
        severity == .critical ? "Critical only" : "\(Self.severity(severity)) and above"
    }

    /// `21 s`, `3 min 5 s`, `2 h 4 min`.
    package static func duration(_ seconds: Double) -> String {
        let whole = Int(max(1, min(seconds, 1e9).rounded()))
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s" }
        return whole / 60 % 60 == 0 ? "\(whole / 3600) h" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }

    /// Names of the zones that were touched, nil for none.
    static func zones(_ payload: JSONObject) -> String? {
        let zones = strings(payload, "zones")
        return zones.isEmpty ? nil : zones.joined(separator: ", ")
    }

    /// What the event itself says about why it is one, in the order of the keys: numbers, words and lists of words of `why`, and the score.
    static func facts(_ payload: JSONObject) -> [(name: String, value: String)] {
        var out: [(name: String, value: String)] = []
        if let score = payload.double("score") { out.append(("Score", number(score))) }
        if let text = payload.string("why") { out.append(("Why", text)) }
        guard let why = try? payload.object("why") else { return out }
        for key in why.keys.sorted().prefix(12) {
            let name = reasons.first { $0.key == key }?.words ?? key.replacingOccurrences(of: "_", with: " ").capitalizedFirst
            if let text = why.string(key) {
                out.append((name, text))
            } else if let value = why.double(key) {
                out.append((name, number(value)))
            } else if let value = why.bool(key) {
                out.append((name, value ? "yes" : "no"))
            }
        }
        return out
    }

    /// At most three decimals, as many as are there.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "–" }
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? String(Int64(rounded)) : String(rounded)
    }

    private static func strings(_ object: JSONObject, _ key: String) -> [String] {
        guard let elements = try? object.elements(key) else { return [] }
        return elements.compactMap { range in
            let wrapped = Array("{\"s\":".utf8) + object.bytes[range] + Array("}".utf8)
            return (try? JSONObject(wrapped))?.string("s")
        }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
