import Base
import Logging
import Protocol

/// The work of one leadership: the machine, the rows that it changed, and its events on their way into the store.
///
/// A row that carries an event is written before the event is stored, and the event stays in the row until it is: whoever leads next
/// stores it again, under the same id and revision, which changes nothing the second time.
struct PresenceLeadership: Sendable {
    /// Messages of strangers that wait for the next look at which nodes there are: the oldest ones make room.
    static let strangersBound = 256

    private let store: any EventStore & PresenceStore
    private let clock: any WallClock
    private let settings: PresenceSettings
    private let metrics: Metrics
    private let logger: Logger
    private let lease: Lease
    /// Called after a commit that wrote feed rows.
    private let onCommit: @Sendable () -> Void

    private var machine: PresenceMachine
    private var changed: [String: PresenceRecord] = [:]
    private var isUrgent = false
    private var lastWrite = -Double.infinity
    private var lastRegistry = -Double.infinity
    /// What nodes said that the installation does not have, as far as this leadership knows: it counts once they are known.
    private var strangers: [PresenceArrival] = []
    /// Of the events that this leadership stores. A name that no other one had, also where the leases were put back.
    private var epoch: String
    private var nextSeq: Int64 = 0

    /// Reads what earlier leaders left.
    init(
        store: any EventStore & PresenceStore, lease: Lease, clock: any WallClock, settings: PresenceSettings, metrics: Metrics,
        logger: Logger, onCommit: @escaping @Sendable () -> Void
    ) async throws(StoreError) {
        self.store = store
        self.lease = lease
        self.clock = clock
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        self.onCommit = onCommit
        machine = PresenceMachine(try await store.presence(), patience: settings.patience)
        epoch = Self.newEpoch(lease)
        try await lookAtRegistry()
    }

    private static func newEpoch(_ lease: Lease) -> String {
        "presence-\(lease.generation)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    }

    /// Takes in what came, judges, and brings the store up to date.
    ///
    /// - Returns: Whether nodes were added to the installation, whose retained states this replica has not listened to; nil where the
    ///   lease is lost.
    mutating func step(_ arrivals: [PresenceArrival]) async throws(StoreError) -> Bool? {
        var wanted: [(node: String, epoch: String)] = []
        for arrival in arrivals { handle(arrival, &wanted) }
        handle(PresenceArrival(.tick, clock), &wanted)
        var hasNewNodes = false
        // A stranger may have been added a moment ago; but whoever talks a lot must not have the store asked a lot.
        if clock.uptime - lastRegistry >= (strangers.isEmpty ? settings.registry : min(1, settings.registry)) {
            hasNewNodes = try await lookAtRegistry()
            let waiting = strangers
            strangers = []
            for arrival in waiting { handle(arrival, &wanted) }
            ignore(strangers.count)
            strangers = []
        }
        let failure = await compare(wanted)
        guard try await write() else { return nil }
        try await storeEvents()
        if let failure { throw failure }
        return hasNewNodes
    }

    private mutating func handle(_ arrival: PresenceArrival, _ wanted: inout [(node: String, epoch: String)]) {
        for action in machine.handle(arrival.input, at: arrival.now, uptime: arrival.uptime) {
            switch action {
            case .write(let record, let isUrgent):
                if isUrgent { note(record) }
                changed[record.node] = record
                self.isUrgent = self.isUrgent || isUrgent
            case .readCommitted(let node, let epoch): wanted.append((node, epoch))
            case .unknown:
                strangers.append(arrival)
                if strangers.count > Self.strangersBound {
                    strangers.removeFirst()
                    ignore(1)
                }
            }
        }
    }

    private func ignore(_ count: Int) {
        if count > 0 { metrics.add("vigilar_presence_ignored_total", Double(count), labels: [("reason", "unknown")]) }
    }

    /// Asks the store what it has of epochs; what it does not answer is asked again with a later report.
    private mutating func compare(_ wanted: [(node: String, epoch: String)]) async -> StoreError? {
        for look in wanted {
            do throws(StoreError) {
                let ranges = try await store.committed(node: look.node, epoch: look.epoch)
                var none: [(node: String, epoch: String)] = []
                handle(PresenceArrival(.committed(node: look.node, epoch: look.epoch, ranges), clock), &none)
            } catch { return error }
        }
        return nil
    }

    private func note(_ record: PresenceRecord) {
        guard let event = record.pending.last else { return }
        logger.notice("A node's presence has changed", metadata: ["node": "\(record.node)", "event": "\(event.type)"])
    }

    @discardableResult
    private mutating func lookAtRegistry() async throws(StoreError) -> Bool {
        let before = machine.known
        let isFirst = lastRegistry == -.infinity
        let nodes = try await store.nodes()
        lastRegistry = clock.uptime
        _ = machine.handle(.nodes(nodes), at: clock.now, uptime: clock.uptime)
        return !isFirst && !machine.known.isSubset(of: before)
    }

    /// Writes changed rows, at once where they carry events; false when the lease is lost.
    private mutating func write() async throws(StoreError) -> Bool {
        guard !changed.isEmpty, isUrgent || clock.uptime - lastWrite >= settings.writing else { return true }
        lastWrite = clock.uptime
        guard try await store.savePresence(changed.values.sorted { $0.node < $1.node }, lease) else { return false }
        changed = [:]
        isUrgent = false
        return true
    }

    /// Stores the events of rows that are written.
    private mutating func storeEvents() async throws(StoreError) {
        let rows = machine.unfinished.filter { changed[$0.node] == nil }
        let pending = rows.flatMap(\.pending)
        guard !pending.isEmpty else { return }
        var events: [Event] = []
        for draft in pending {
            do throws(EventError) {
                events.append(try draft.event(epoch: epoch, seq: nextSeq))
                nextSeq += 1
            } catch {
                metrics.add("vigilar_presence_refused_events_total")
                logger.error("An event of the hub's own breaks the contract", metadata: ["type": "\(draft.type)", "why": "\(error)"])
            }
        }
        let batch = IngestBatch(node: PresenceEvent.node, epoch: epoch, events: events, refused: [], receivedAt: clock.now)
        guard let outcome = try await store.ingest([batch]).first else { return }
        if outcome.staleEpoch {
            // Cannot be, with a random name; should it be all the same, the next step tries another one.
            epoch = Self.newEpoch(lease)
            nextSeq = 0
            return
        }
        if !outcome.rejected.isEmpty {
            metrics.add("vigilar_presence_refused_events_total", Double(outcome.rejected.count))
            logger.error("The store refuses an event of the hub's own", metadata: ["why": "\(outcome.rejected.map(\.why))"])
        }
        metrics.add("vigilar_presence_events_total", Double(outcome.committed.count))
        if outcome.feedRows > 0 { onCommit() }
        for row in rows {
            for action in machine.handle(.stored(node: row.node, row.pending), at: clock.now, uptime: clock.uptime) {
                if case .write(let record, _) = action { changed[record.node] = record }
            }
        }
    }
}
