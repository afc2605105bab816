import Base

/// Decides what is told to the hub when, from what it answered: no I/O and no clock of its own.
///
/// - A camera that the hub does not know (the node's state with it is on the way, or the hub is of an older version) is put off by itself,
///   longer each time.
/// - A hub that does not answer puts everything off, longer each time; one that does not let the node in, for ten minutes.
struct ReportSchedule: Sendable {
    /// What the hub said.
    enum Answer: Sendable, Hashable {
        case stored
        /// Not now: it does not know the camera, or fails at this one.
        case later
        /// Not this one, ever.
        case refused
        /// Not this node.
        case forbidden
        case noAnswer
    }

    /// Seconds that a node which is not let in waits.
    static let exclusion = 600.0
    /// What removals are put off under, which are no camera's. No id can be it.
    static let removals = ""

    private struct Postponed {
        var until: Double
        var backoff = Backoff(base: 2, maximum: 120)
    }

    private var postponed: [String: Postponed] = [:]
    private var pausedUntil = -Double.infinity
    private var outage = Backoff(base: 1, maximum: 60)

    /// Seconds until anything may be sent; 0 for now.
    func pause(at uptime: Double) -> Double { max(0, pausedUntil - uptime) }

    /// Cameras of which nothing is sent now.
    func excluded(at uptime: Double) -> Set<String> { Set(postponed.filter { $0.value.until > uptime }.keys) }

    /// - Parameter camera: Whose segment it was about.
    mutating func answered(_ camera: String, _ answer: Answer, at uptime: Double) {
        if answer != .noAnswer { outage.reset() }
        switch answer {
        case .stored, .refused: postponed[camera] = nil
        case .later:
            var entry = postponed[camera] ?? Postponed(until: uptime)
            entry.until = uptime + entry.backoff.next()
            postponed[camera] = entry
        case .forbidden: pausedUntil = uptime + Self.exclusion
        case .noAnswer: pausedUntil = uptime + outage.next()
        }
    }
}

extension ReportSchedule.Answer {
    /// What the hub means (docs/reference/http.md). What this version does not know counts as no answer: it passes.
    init(_ answer: HubHTTP.Answer) {
        switch (answer.status, answer.kind) {
        case (200...204, _): self = .stored
        // 404 and 405 come from a hub of a version before recordings, too; 500 may be about this one only.
        case (404, _), (405, _), (409, _), (500, _): self = .later
        // The node's certificate is no good any more, which says nothing of the segment.
        case (401, _), (403, "not-this-node"): self = .forbidden
        case (400, _), (403, _), (411, _), (413, _), (415, _), (422, _): self = .refused
        default: self = .noAnswer
        }
    }
}
