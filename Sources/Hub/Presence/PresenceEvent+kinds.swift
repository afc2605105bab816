import Base
import Protocol

extension PresenceEvent {
    /// A node that is away: revision 1 when that is noticed, 2 with an end when it is back.
    ///
    /// - Parameter record: The node's row while it is offline.
    static func offline(_ record: PresenceRecord, site: String, end: Timestamp?) -> PresenceEvent {
        var payload = start(record, why: record.why ?? "")
        payload.append(contentsOf: ",\"cameras\":[".utf8)
        for (index, camera) in (record.state?.cameras ?? []).enumerated() {
            if index > 0 { payload.append(UInt8(ascii: ",")) }
            JSONText.append(camera.id, to: &payload)
        }
        payload.append(contentsOf: "]}".utf8)
        return PresenceEvent(
            id: EventID(subject: record.node, transition: record.transition), rev: end == nil ? 1 : 2, site: site, sourceID: record.node,
            type: "node_offline", severity: .warning, ts: record.since, endTS: end, payload: String(decoding: payload, as: UTF8.self))
    }

    /// A node that is back.
    ///
    /// - Parameters:
    ///   - record: The node's row, online again.
    ///   - offline: The event that this ends.
    static func online(_ record: PresenceRecord, site: String, offline: PresenceEvent) -> PresenceEvent {
        let seconds = Int(record.since.seconds(since: offline.ts).rounded())
        var payload = start(record, why: "it is back after \(seconds) s")
        payload.append(contentsOf: ",\"offline\":\"\(offline.id)\"}".utf8)
        return PresenceEvent(
            id: EventID(subject: record.node, transition: record.transition), rev: 1, site: site, sourceID: record.node,
            type: "node_online", severity: .info, ts: record.since, endTS: record.since, payload: String(decoding: payload, as: UTF8.self))
    }

    /// Events that a node counts as delivered and that are not in the store.
    ///
    /// - Parameter end: When the last of them had arrived.
    static func missing(_ missing: MissingEvents, node: String, site: String, end: Timestamp?) -> PresenceEvent {
        var payload = Array("{\"missing\":{\"node\":".utf8)
        JSONText.append(node, to: &payload)
        payload.append(contentsOf: ",\"epoch\":".utf8)
        JSONText.append(missing.epoch, to: &payload)
        payload.append(contentsOf: ",\"count\":\(missing.count)},\"why\":{\"text\":".utf8)
        let text =
            end == nil
            ? "The node's outbox has given out events that are neither in the store nor waiting. 'vigilar-hub node resend' asks for them."
            : "What was missing has arrived."
        JSONText.append(text, to: &payload)
        payload.append(contentsOf: "}}".utf8)
        return PresenceEvent(
            id: EventID(subject: "\(node)/\(missing.epoch)", transition: 1), rev: missing.rev, site: site, sourceID: node, type: "system",
            severity: .warning, ts: missing.since, endTS: end, payload: String(decoding: payload, as: UTF8.self))
    }

    /// Two processes that speak for one node.
    ///
    /// - Parameters:
    ///   - processes: What they call themselves: their machines' names, and a random part.
    ///   - hour: Of the Unix epoch: there is one event an hour.
    static func copied(node: String, site: String, by processes: (String, String), hour: Int64, at now: Timestamp) -> PresenceEvent {
        var payload = Array("{\"copied\":{\"node\":".utf8)
        JSONText.append(node, to: &payload)
        payload.append(contentsOf: ",\"processes\":[".utf8)
        JSONText.append(processes.0, to: &payload)
        payload.append(UInt8(ascii: ","))
        JSONText.append(processes.1, to: &payload)
        payload.append(contentsOf: "]},\"why\":{\"text\":".utf8)
        JSONText.append(
            "Two processes use this node's identity, as after copying its disk: \(processes.0) and \(processes.1). Stop one of them; if it is "
                + "not yours, revoke the node and invite it again.", to: &payload)
        payload.append(contentsOf: "}}".utf8)
        return PresenceEvent(
            id: EventID(subject: "\(node)/copied", transition: hour), rev: 1, site: site, sourceID: node, type: "system", severity: .alarm,
            ts: now, endTS: now, payload: String(decoding: payload, as: UTF8.self))
    }

    /// The beginning of a payload, to be closed.
    private static func start(_ record: PresenceRecord, why: String) -> [UInt8] {
        var payload = Array("{\"node\":".utf8)
        JSONText.append(record.node, to: &payload)
        payload.append(contentsOf: ",\"why\":{\"text\":".utf8)
        JSONText.append(why, to: &payload)
        payload.append(UInt8(ascii: "}"))
        return payload
    }
}
