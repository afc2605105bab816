import Base
import Protocol

/// Events that were lost before they became rows, until a tombstone says so.
struct DropCount: Sendable, Hashable {
    var dropped: Int64 = 0
    var from = Timestamp(microseconds: .max)
    var to = Timestamp(microseconds: .min)

    mutating func count(at time: Timestamp, _ number: Int64 = 1) {
        dropped += number
        from = min(from, time)
        to = max(to, time)
    }

    mutating func add(_ other: DropCount) {
        guard other.dropped > 0 else { return }
        dropped += other.dropped
        from = min(from, other.from)
        to = max(to, other.to)
    }

    /// The event that reports them.
    ///
    /// - Parameter why: What made them be lost, in words.
    func tombstone(node: String, now: Timestamp, why: String) -> DraftEvent {
        var payload = Array("{\"tombstone\":{\"dropped\":\(dropped),\"from\":\"\(from)\",\"to\":\"\(to)\"},\"why\":".utf8)
        JSONText.append(why, to: &payload)
        payload.append(UInt8(ascii: "}"))
        return DraftEvent(id: EventID(at: now), sourceID: node, type: "system", severity: .warning, ts: now, endTS: now, payload: payload)
    }
}
