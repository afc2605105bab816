package import Base
import Protocol

/// Turns a camera's coming and going into events: `camera_offline` once it was away for a while, `camera_online` when it is back.
package struct CameraPresence: Sendable {
    /// Seconds that a camera must be away before it counts: a reconnection is no news.
    package static let patience = 10.0

    private enum State {
        case online
        case leaving(since: Timestamp, reportAt: Double, why: String)
        case offline(id: EventID, since: Timestamp, why: String)
    }

    package let camera: String
    private var state = State.online

    package init(camera: String) { self.camera = camera }

    /// Whether the camera was there when last heard of.
    package var isOnline: Bool { if case .online = state { true } else { false } }

    /// When `tick` is due, in seconds of uptime.
    package var deadline: Double? { if case .leaving(_, let reportAt, _) = state { reportAt } else { nil } }

    /// - Parameter why: In words, without credentials.
    package mutating func wentOffline(at now: Timestamp, uptime: Double, why: String) {
        if case .online = state { state = .leaving(since: now, reportAt: uptime + Self.patience, why: why) }
    }

    package mutating func cameOnline(at now: Timestamp) -> [DraftEvent] {
        defer { state = .online }
        guard case .offline = state else { return [] }
        return removed(at: now) + [draft("camera_online", .notice, id: EventID(at: now), rev: 1, ts: now, end: now, "the camera is back")]
    }

    /// What goes on ends with a camera that is taken away.
    package func removed(at now: Timestamp) -> [DraftEvent] {
        guard case .offline(let id, let since, let why) = state else { return [] }
        return [draft("camera_offline", .warning, id: id, rev: 2, ts: since, end: max(since, now), why)]
    }

    package mutating func tick(uptime: Double) -> [DraftEvent] {
        guard case .leaving(let since, let reportAt, let why) = state, reportAt <= uptime else { return [] }
        let id = EventID(at: since)
        state = .offline(id: id, since: since, why: why)
        return [draft("camera_offline", .warning, id: id, rev: 1, ts: since, end: nil, why)]
    }

    private func draft(
        _ type: String, _ severity: Severity, id: EventID, rev: Int64, ts: Timestamp, end: Timestamp?, _ why: String
    ) -> DraftEvent {
        var payload = Array("{\"why\":{\"text\":".utf8)
        JSONText.append(why.prefix(500), to: &payload)
        payload.append(contentsOf: "}}".utf8)
        return DraftEvent(id: id, rev: rev, sourceID: camera, type: type, severity: severity, ts: ts, endTS: end, payload: payload)
    }
}
