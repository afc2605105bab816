import Base
import Protocol
import Vision

/// The payload of an object's event.
enum ObjectPayload {
    /// `{"score","zones","box","boxes","objects","last_ts","snapshot","why":{"trigger","sightings","close_ups","area","gate","gate_delay_s"}}`: `box` where
    /// it was seen best, `boxes` where it is; `objects` has `{"label","score","track"}` and, of
    /// an animal that second looks told, `"species":{"name","level","score","guess"}`; `last_ts` stands only in an event that is going on,
    /// `snapshot` only once there is one, the last three of `why` only where it began as motion.
    static func json(_ change: ObjectChange, motion: MotionEpisodeChange?, isPictured: Bool) -> [UInt8] {
        var out = Array("{\"score\":\(MotionPayload.number(change.score)),\"zones\":".utf8)
        MotionPayload.append(change.zones, to: &out)
        out.append(contentsOf: ",\"box\":".utf8)
        MotionPayload.append(change.box.clipped ?? change.box, to: &out)
        out.append(contentsOf: ",\"boxes\":[".utf8)
        MotionPayload.append(change.lastBox.clipped ?? change.lastBox, to: &out)
        out.append(contentsOf: "],\"objects\":[{\"label\":".utf8)
        JSONText.append(change.label.prefix(100), to: &out)
        out.append(contentsOf: ",\"score\":\(MotionPayload.number(change.score)),\"track\":\(change.track)".utf8)
        if let species = change.species {
            out.append(contentsOf: ",\"species\":{\"name\":".utf8)
            JSONText.append(species.name, to: &out)
            out.append(contentsOf: ",\"level\":\"\(species.level.rawValue)\",\"score\":\(MotionPayload.number(species.score))".utf8)
            if let guess = species.guess {
                out.append(contentsOf: ",\"guess\":".utf8)
                JSONText.append(guess, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
        out.append(contentsOf: "}]".utf8)
        if change.phase != .ended { out.append(contentsOf: ",\"last_ts\":\"\(change.endTimestamp)\"".utf8) }
        if isPictured { out.append(contentsOf: ",\"snapshot\":true".utf8) }
        let trigger = change.explainsMotion ? "motion+\(change.type)" : change.type
        out.append(contentsOf: ",\"why\":{\"trigger\":\"\(trigger)\",\"sightings\":\(change.sightings)".utf8)
        if change.closeUps > 0 { out.append(contentsOf: ",\"close_ups\":\(change.closeUps)".utf8) }
        if let motion {
            out.append(contentsOf: ",\"area\":\(MotionPayload.number(motion.area)),\"gate\":\"\(motion.trigger.rawValue)\"".utf8)
            out.append(contentsOf: ",\"gate_delay_s\":\(MotionPayload.number(motion.gateDelay))".utf8)
        }
        out.append(contentsOf: "}}".utf8)
        return out
    }
}
