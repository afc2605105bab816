import Base
import Protocol

/// A node's row as both adapters keep it: times and numbers in columns, the rest as JSON.
struct StoredPresence: Sendable {
    var node: String
    var isOnline: Bool
    var since: Timestamp
    var lastSeen: Timestamp
    var transition: Int64
    var why: String?
    var pending: String
    var state: String?
    var health: String?
    /// Microseconds.
    var clockOffset: Int64?
    var epoch: String?
    var committed: Int64?
    var missing: String?

    private struct Pending: Codable {
        var events: [PresenceEvent]
    }
}

extension StoredPresence {
    init(_ record: PresenceRecord) {
        self.init(
            node: record.node, isOnline: record.isOnline, since: record.since, lastSeen: record.lastSeen, transition: record.transition,
            why: record.why, pending: record.pending.isEmpty ? "" : Self.text(Pending(events: record.pending)) ?? "",
            state: record.state.flatMap(Self.text), health: record.health.flatMap(Self.text),
            clockOffset: record.clockOffset.map { Timestamp(secondsSince1970: $0).microseconds }, epoch: record.epoch,
            committed: record.committed, missing: record.missing.flatMap(Self.text))
    }

    /// The record. What of the JSON cannot be read is left out: the next report of the node fills it.
    var record: PresenceRecord {
        var record = PresenceRecord(node: node, isOnline: isOnline, since: since, lastSeen: lastSeen)
        record.transition = transition
        record.why = why
        record.pending = pending.isEmpty ? [] : Self.value(Pending.self, pending)?.events ?? []
        record.state = state.flatMap { Self.value(NodeState.self, $0) }
        record.health = health.flatMap { Self.value(NodeHealth.self, $0) }
        record.clockOffset = clockOffset.map { Timestamp(microseconds: $0).secondsSince1970 }
        record.epoch = epoch
        record.committed = committed
        record.missing = missing.flatMap { Self.value(MissingEvents.self, $0) }
        return record
    }

    private static func text(_ value: some Encodable) -> String? { NodeJSON.encode(value).map { String(decoding: $0, as: UTF8.self) } }

    private static func value<T: Decodable>(_ type: T.Type, _ text: String) -> T? { try? NodeJSON.decode(type, from: Array(text.utf8)) }
}
