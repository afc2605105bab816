import Base
import Protocol

/// One node as the leader knows it: its row, and what it needs to judge it.
struct NodePresence: Sendable {
    /// Why a node counts as away.
    enum Cause: Sendable {
        /// Its last will, or its own word.
        case left
        case silence

        var text: String {
            switch self {
            case .left: "it left, or its connection to the broker broke"
            case .silence: "there was no sign of life for \(Int(PresenceMachine.patience)) s"
            }
        }
    }

    let node: String
    /// Where the node stands; nil for one that the installation does not have any more.
    var site: String?
    private(set) var record: PresenceRecord?
    /// When it was last heard on the present connection to the broker, in seconds of uptime.
    private(set) var heard: Double?
    /// The retained state of a node that has not been heard of: it tells names, not presence.
    private var announced: NodeState?
    private var clock = ClockOffset()
    private var audit = OutboxAudit()
    private var copies = NodeCopies()
    /// The hour for which a copy was told, so that it is told once in it.
    private var toldCopy: Int64?

    /// Events that may wait for the store; what comes beyond is noticed later.
    static let pendingBound = 16

    init(node: String, site: String? = nil, record: PresenceRecord? = nil) {
        self.node = node
        self.site = site
        self.record = record
    }

    /// Nothing has been heard on the connection that begins.
    mutating func forgetConnection() { heard = nil }

    // MARK: What it says

    /// - Returns: Whether it has come back, and the epoch of which the store's ranges are wanted.
    mutating func take(_ health: NodeHealth, at now: Timestamp, uptime: Double) -> (isBack: Bool, wanted: String?) {
        let health = health.trimmed
        let isBack = isAlive(at: now, uptime: uptime)
        let offset = clock.measure(sent: health.ts, arrived: now)
        update { record in
            record.clockOffset = offset
            record.health = health
            let online = Dictionary(health.cameras.map { ($0.id, $0.online) }, uniquingKeysWith: { $1 })
            for (index, camera) in (record.state?.cameras ?? []).enumerated() {
                if let isOnline = online[camera.id] { record.state?.cameras?[index].online = isOnline }
            }
            if let epoch = health.epoch, record.epoch != epoch {
                record.epoch = epoch
                record.committed = nil
                record.missing = nil
            }
        }
        return (isBack, audit.heard(health, uptime: uptime))
    }

    /// A state that says `online`.
    ///
    /// - Returns: Whether it has come back, and whether its row has changed.
    mutating func take(_ state: NodeState, isRetained: Bool, at now: Timestamp, uptime: Double) -> (isBack: Bool, isChanged: Bool) {
        let state = state.trimmed
        let before = record
        announced = state
        let isBack = isRetained ? false : isAlive(at: now, uptime: uptime)
        // What the broker kept may be of either.
        let isCopied = isRetained ? false : noteCopy(state.instance, at: now)
        update { record in
            record.state = state
            let online = Dictionary((state.cameras ?? []).map { ($0.id, $0.online) }, uniquingKeysWith: { $1 })
            for (index, camera) in (record.health?.cameras ?? []).enumerated() {
                if let isOnline = online[camera.id] { record.health?.cameras[index].online = isOnline }
            }
        }
        return (isBack || isCopied, record != before)
    }

    /// Notes that two processes speak for the node, once an hour; returns whether that is news.
    private mutating func noteCopy(_ instance: String?, at now: Timestamp) -> Bool {
        let hour = now.microseconds / 3_600_000_000
        guard let two = copies.heard(instance), hour != toldCopy, let site, var record, record.pending.count < Self.pendingBound else {
            return false
        }
        toldCopy = hour
        record.pending.append(.copied(node: node, site: site, by: two, hour: hour, at: now))
        self.record = record
        return true
    }

    /// Notes a sign of life; returns whether that ended an absence.
    private mutating func isAlive(at now: Timestamp, uptime: Double) -> Bool {
        heard = uptime
        guard var record else {
            self.record = PresenceRecord(node: node, isOnline: true, since: now, lastSeen: now)
            self.record?.state = announced
            return false
        }
        record.lastSeen = now
        if !record.isOnline, record.transition == 0 {
            // Nobody was told that it was away.
            record.isOnline = true
            record.since = now
            record.why = nil
            self.record = record
            return false
        }
        let isBack = !record.isOnline && record.pending.count + 2 <= Self.pendingBound
        if isBack, let site {
            // A clock that was set back does not make the end come before the start.
            let end = max(now, record.since)
            let offline = PresenceEvent.offline(record, site: site, end: end)
            record.transition += 1
            record.isOnline = true
            record.since = end
            record.why = nil
            record.pending += [offline, .online(record, site: site, offline: offline)]
        }
        self.record = record
        return isBack
    }

    // MARK: What is noticed about it

    /// Its last will, or its own word, says that it is away.
    ///
    /// - Returns: Whether that is news, and whether its row has changed.
    mutating func saidGoodbye(at now: Timestamp) -> (isNews: Bool, isChanged: Bool) {
        guard record == nil else {
            let isNews = left(.left, at: now)
            return (isNews, isNews)
        }
        // Nobody heard when it was there, so there is no absence to tell of: its state is known all the same.
        var record = PresenceRecord(node: node, isOnline: false, since: now, lastSeen: now)
        record.why = Cause.left.text
        record.state = announced
        self.record = record
        return (false, true)
    }

    /// The node is away.
    ///
    /// - Returns: Whether that is news.
    mutating func left(_ cause: Cause, at now: Timestamp) -> Bool {
        guard let site, var record, record.isOnline, record.pending.count < Self.pendingBound else { return false }
        record.isOnline = false
        record.transition += 1
        record.since = max(min(record.lastSeen, now), record.since)
        record.why = cause.text
        record.pending.append(.offline(record, site: site, end: nil))
        self.record = record
        return true
    }

    /// The store has told what it has of an epoch.
    ///
    /// - Returns: Whether there is an event about it, and whether the row has changed.
    mutating func take(
        _ ranges: SequenceRanges, epoch: String, at now: Timestamp, uptime: Double
    ) -> (isNews: Bool, isChanged: Bool) {
        guard let site, var record, let verdict = audit.answered(epoch: epoch, ranges, at: now, uptime: uptime), record.epoch == epoch
        else {
            return (false, false)
        }
        let hasRoom = record.pending.count < Self.pendingBound
        switch verdict {
        case .counted(let count, let isComplete):
            record.committed = count
            if isComplete, hasRoom, var missing = record.missing, missing.isOpen {
                missing.isOpen = false
                missing.rev += 1
                record.missing = missing
                record.pending.append(.missing(missing, node: node, site: site, end: max(now, missing.since)))
            }
        case .missing(let count, let committed, let since):
            record.committed = committed
            var missing = record.missing ?? MissingEvents(epoch: epoch, count: 0, since: since, rev: 0, isOpen: false)
            // While it becomes less nothing is said until it is over.
            if hasRoom, !missing.isOpen || missing.count < count {
                missing.isOpen = true
                missing.count = count
                missing.rev += 1
                record.missing = missing
                record.pending.append(.missing(missing, node: node, site: site, end: nil))
            }
        }
        let before = self.record
        self.record = record
        return (record.pending != before?.pending, record != before)
    }

    /// Events that are stored need not wait any longer.
    ///
    /// - Returns: Whether the row has changed.
    mutating func forget(_ stored: [PresenceEvent]) -> Bool {
        guard let count = record?.pending.count else { return false }
        record?.pending.removeAll { stored.contains($0) }
        return record?.pending.count != count
    }

    private mutating func update(_ body: (inout PresenceRecord) -> Void) {
        guard var record else { return }
        body(&record)
        self.record = record
    }
}
