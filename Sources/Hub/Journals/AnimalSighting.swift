package import Base
package import Protocol

/// An animal that was seen: what a journal takes of an event.
package struct AnimalSighting: Sendable, Hashable {
    package var event: EventID
    package var ts: Timestamp
    /// Nil while it goes on.
    package var end: Timestamp?
    package var site: String
    package var camera: String
    /// What it is, in small letters, as narrow as it is known.
    package var animal: String
    /// How it is known.
    package var level: Level
    /// 0…1: how sure the node is of what it is; nil where somebody said so or the node does not say.
    package var score: Double?
    package var hasPicture: Bool

    /// The raw values stand in answers.
    package enum Level: String, Sendable, Hashable {
        /// Somebody said so.
        case said
        /// As narrow as the second look was sure.
        case species, group, order
        /// By the detector's word.
        case label
        /// Nothing more is known.
        case animal
    }

    /// Of an event of an animal; what of its payload cannot be read is as if it were not there.
    package init(_ stored: StoredEvent) {
        let event = stored.event
        (self.event, ts, end, site, camera) = (event.id, event.ts, event.endTS, event.site, event.sourceID)
        hasPicture = stored.snapshot != nil
        (animal, level) = ("animal", .animal)
        if let said = stored.saidSpecies {
            (animal, level) = (said.lowercased(), .said)
            return
        }
        guard let payload = try? JSONObject(event.payload), let range = (try? payload.elements("objects"))?.first,
            let object = try? JSONObject(Array(payload.bytes[range]))
        else { return }
        if let species = try? object.object("species"), let name = species.string("name"), !name.isEmpty,
            let level = species.string("level").flatMap(Level.init(rawValue:)), [.species, .group, .order].contains(level)
        {
            (animal, self.level, score) = (name.lowercased(), level, Self.score(species))
        } else if let label = object.string("label"), !label.isEmpty {
            (animal, level, score) = (label.lowercased(), label == "animal" ? .animal : .label, Self.score(object))
        }
    }

    private static func score(_ object: JSONObject) -> Double? { object.double("score").flatMap { (0...1).contains($0) ? $0 : nil } }
}

extension StoredEvent {
    /// What animal somebody said that it shows.
    package var saidSpecies: String? {
        JSONObject.objects(in: identities).first { $0.string("kind") == "species" }?.string("name")
    }

    /// When what an event shows was seen last: its end, or of one that goes on what its node said last, or else now.
    func seenUntil(_ now: Timestamp) -> Timestamp {
        event.endTS ?? max(event.ts, min(now, lastSighting ?? now))
    }
}
