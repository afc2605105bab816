import Base
import Protocol
import Synchronization

@testable import Hub

/// A store in memory, for tests of what stands on the store. Ingestion and leases are not its business.
final class MemoryStore: EventStore, PresenceStore, AccountStore, AuditStore {
    struct Contents {
        var events: [EventID: StoredEvent] = [:]
        var feed: [PublishedEvent] = []
        var lowest: Int64 = 1
        var highest: Int64 = 0
        var accounts: [String: AccountRecord] = [:]
        var sessions: [[UInt8]: SessionRecord] = [:]
        var links: [[UInt8]: AccountLink] = [:]
        var factors: [String: SecondFactor] = [:]
        var failures: [SignInThrottle.Key: SignInThrottle.Count] = [:]
        var audit: [AuditEntry] = []
        var nodes: [NodeRecord] = []
        var presence: [PresenceRecord] = []
        var isAway = false
        /// The feed's rows cannot be read, though all else can.
        var isFeedAway = false
        var feedReads = 0
    }

    let contents = Mutex(Contents())

    /// While true every call throws.
    var isAway: Bool {
        get { contents.withLock { $0.isAway } }
        set { contents.withLock { $0.isAway = newValue } }
    }

    private func read<T: Sendable>(_ body: (inout sending Contents) -> sending T) throws(StoreError) -> T {
        let result: T? = contents.withLock { contents in contents.isAway ? nil : body(&contents) }
        guard let result else { throw StoreError(.unavailable, "the test took the store away") }
        return result
    }

    /// Stores an event and gives it the next cursor.
    @discardableResult
    func add(_ event: Event, acknowledged: Bool = false, snapshot: Int? = nil) -> PublishedEvent {
        contents.withLock { contents in
            contents.highest += 1
            let summary = PublishedEvent(cursor: contents.highest, event: event, acknowledged: acknowledged, snapshot: snapshot)
            contents.feed.append(summary)
            contents.events[event.id] = StoredEvent(
                event: event, receivedAt: event.ts, acknowledgedAt: acknowledged ? event.ts : nil,
                acknowledgedBy: acknowledged ? "admin" : nil,
                flags: [], snapshot: snapshot)
            return summary
        }
    }

    func feedBounds() async throws(StoreError) -> FeedBounds { try read { FeedBounds(lowest: $0.lowest, highest: $0.highest) } }

    func feed(after cursor: Int64, limit: Int) async throws(StoreError) -> FeedPage {
        if contents.withLock({ $0.isFeedAway }) { throw StoreError(.unavailable, "the test took the feed away") }
        return try read { contents in
            contents.feedReads += 1
            let rows = contents.feed.filter { $0.cursor > cursor }.prefix(limit)
            return FeedPage(events: Array(rows), through: rows.last?.cursor ?? max(cursor, contents.highest))
        }
    }

    func events(_ query: EventQuery) async throws(StoreError) -> [StoredEvent] {
        try read { contents in
            let matching = contents.events.values.filter { stored in
                let event = stored.event
                guard query.scope.contains(site: event.site, camera: event.sourceID) else { return false }
                if !query.sites.isEmpty, !query.sites.contains(event.site) { return false }
                if !query.cameras.isEmpty, !query.cameras.contains(event.sourceID) { return false }
                if !query.types.isEmpty, !query.types.contains(event.type) { return false }
                if let severity = query.minimumSeverity, event.severity < severity { return false }
                if let acknowledged = query.acknowledged, (stored.acknowledgedAt != nil) != acknowledged { return false }
                if let before = query.before, (event.ts, event.id) >= (before.ts, before.id) { return false }
                if let to = query.to, event.ts >= to { return false }
                if let from = query.from, event.ts < from { return false }
                return true
            }
            return Array(matching.sorted { ($0.event.ts, $0.event.id) > ($1.event.ts, $1.event.id) }.prefix(query.limit))
        }
    }

    func event(_ id: EventID) async throws(StoreError) -> StoredEvent? { try read { $0.events[id] } }

    func spans(_ query: EventQuery) async throws(StoreError) -> [EventSpan] { try await events(query).map { EventSpan($0.event) } }

    func counts(_ query: EventQuery, by bucket: CountBucket) async throws(StoreError) -> [EventCount] {
        try read { contents in
            contents.events.values.filter { query.scope.contains(site: $0.event.site, camera: $0.event.sourceID) }.map {
                EventCount(start: $0.event.ts, camera: $0.event.sourceID, type: $0.event.type, count: 1)
            }
        }
    }

    func facets(_ scope: AccessScope) async throws(StoreError) -> EventFacets {
        try read { contents in
            let events = contents.events.values.map(\.event).filter { scope.contains(site: $0.site, camera: $0.sourceID) }
            return EventFacets(
                sites: Set(events.map(\.site)).sorted(), cameras: Set(events.map(\.sourceID)).sorted(),
                types: Set(events.map(\.type)).sorted())
        }
    }

    func acknowledge(_ id: EventID, by account: String, at time: Timestamp) async throws(StoreError) -> StoredEvent? {
        try read { contents in
            guard var stored = contents.events[id] else { return nil }
            if stored.acknowledgedAt == nil {
                stored.acknowledgedAt = time
                stored.acknowledgedBy = account
                contents.events[id] = stored
                contents.highest += 1
                contents.feed.append(PublishedEvent(cursor: contents.highest, event: stored.event, acknowledged: true))
            }
            return stored
        }
    }

    func acknowledge(
        _ ids: [EventID], in scope: AccessScope, by account: String, at time: Timestamp
    ) async throws(StoreError) -> Int {
        var count = 0
        for id in ids {
            guard let stored = try await event(id), stored.acknowledgedAt == nil,
                scope.contains(site: stored.event.site, camera: stored.event.sourceID)
            else { continue }
            if try await acknowledge(id, by: account, at: time) != nil { count += 1 }
        }
        return count
    }

    func upsertAccount(_ account: AccountRecord) async throws(StoreError) {
        try read { contents in
            if contents.accounts[account.name]?.passwordHash != account.passwordHash {
                contents.sessions = contents.sessions.filter { $0.value.account != account.name }
            }
            contents.accounts[account.name] = account
        }
    }
    func account(named name: String) async throws(StoreError) -> AccountRecord? { try read { $0.accounts[name] } }
    func addSession(_ session: SessionRecord, judgedBy passwordHash: String?) async throws(StoreError) -> Bool {
        try read { contents in
            guard let account = contents.accounts[session.account], passwordHash ?? account.passwordHash == account.passwordHash else {
                return false
            }
            contents.sessions[session.tokenHash] = session
            return true
        }
    }
    func session(tokenHash: [UInt8], at time: Timestamp) async throws(StoreError) -> SessionRecord? {
        try read { contents in
            guard var session = contents.sessions[tokenHash], session.expiresAt > time, let account = contents.accounts[session.account]
            else {
                return nil
            }
            session.grants = session.limits.map { account.grants.limited(to: $0) } ?? account.grants
            return session
        }
    }
    func sessions(of account: String, at time: Timestamp) async throws(StoreError) -> [SessionRecord] {
        try read { contents in
            contents.sessions.values.filter { $0.account == account && $0.expiresAt > time }.sorted { $0.createdAt > $1.createdAt }
        }
    }
    func noteUse(of tokenHash: [UInt8], at time: Timestamp) async throws(StoreError) { try read { $0.sessions[tokenHash]?.usedAt = time } }
    func deleteSession(tokenHash: [UInt8], of account: String) async throws(StoreError) -> Bool {
        try read { contents in
            guard contents.sessions[tokenHash]?.account == account else { return false }
            contents.sessions[tokenHash] = nil
            return true
        }
    }
    func deleteSessions(of account: String, sparing kept: [UInt8]?, tokensToo: Bool) async throws(StoreError) {
        try read { contents in
            contents.sessions = contents.sessions.filter { hash, session in
                session.account != account || hash == kept || (session.kind == .token && !tokensToo)
            }
        }
    }
    func secondFactor(of account: String) async throws(StoreError) -> SecondFactor? { try read { $0.factors[account] } }
    func setSecondFactor(
        _ factor: SecondFactor?, of account: String, judgedBy passwordHash: String
    ) async throws(StoreError) -> Bool {
        try read { contents in
            guard contents.accounts[account]?.passwordHash == passwordHash else { return false }
            contents.factors[account] = factor
            return true
        }
    }
    func useStep(_ step: Int64, of account: String) async throws(StoreError) -> Bool {
        try read { contents in
            guard let factor = contents.factors[account], factor.usedStep < step else { return false }
            contents.factors[account]?.usedStep = step
            return true
        }
    }
    func useRecoveryCode(_ hash: String, of account: String) async throws(StoreError) -> Bool {
        try read { contents in
            guard let index = contents.factors[account]?.recovery.firstIndex(of: hash) else { return false }
            contents.factors[account]?.recovery.remove(at: index)
            return true
        }
    }
    func countFailure(_ keys: [SignInThrottle.Key], at time: Timestamp) async throws(StoreError) -> Int? {
        try read { contents in
            let wait = keys.compactMap { key in contents.failures[key].flatMap { SignInThrottle.wait($0, of: key, now: time) } }.max()
            if let wait { return wait }
            for key in keys { contents.failures[key] = SignInThrottle.counted(contents.failures[key], now: time) }
            return nil
        }
    }
    func takeFailureBack(
        _ keys: [SignInThrottle.Key], clearing cleared: [SignInThrottle.Key]
    ) async throws(StoreError) {
        try read { contents in
            for key in keys { contents.failures[key]?.failures -= 1 }
            for key in cleared { contents.failures[key] = nil }
        }
    }
    func addAudit(_ entry: AuditEntry) async throws(StoreError) {
        try read { contents in
            contents.audit.append(entry)
            contents.audit[contents.audit.count - 1].id = Int64(contents.audit.count)
        }
    }
    func audit(of account: String?, before id: Int64?, limit: Int) async throws(StoreError) -> [AuditEntry] {
        try read { contents in
            Array(contents.audit.reversed().filter { (account ?? $0.account) == $0.account && $0.id < id ?? .max }.prefix(limit))
        }
    }
    func trimAudit(before time: Timestamp) async throws(StoreError) { try read { $0.audit.removeAll { $0.at < time } } }
    func accounts() async throws(StoreError) -> [AccountRecord] {
        try read { $0.accounts.values.sorted { $0.name < $1.name } }
    }
    func setGrants(_ grants: [Grant], of name: String) async throws(StoreError) -> AccountOutcome {
        try read { contents in
            let outcome = AccountChange.outcome(of: name, grants, among: Array(contents.accounts.values))
            if outcome == .done { contents.accounts[name]?.grants = grants }
            return outcome
        }
    }
    func deleteAccount(_ name: String) async throws(StoreError) -> AccountOutcome {
        try read { contents in
            let outcome = AccountChange.outcome(of: name, [], among: Array(contents.accounts.values))
            guard outcome == .done else { return outcome }
            contents.accounts[name] = nil
            contents.sessions = contents.sessions.filter { $0.value.account != name }
            return .done
        }
    }
    func changePassword(
        of name: String, from old: String, to hash: String, needsFactor: Bool
    ) async throws(StoreError) -> Bool {
        try read { contents in
            guard contents.accounts[name]?.passwordHash == old, !needsFactor || contents.factors[name] != nil else { return false }
            contents.accounts[name]?.passwordHash = hash
            contents.sessions = contents.sessions.filter { $0.value.account != name }
            return true
        }
    }
    func addLink(_ link: AccountLink, at time: Timestamp) async throws(StoreError) { try read { $0.links[link.hash] = link } }
    func link(hash: [UInt8], at time: Timestamp) async throws(StoreError) -> AccountLink? {
        try read { contents in
            guard let link = contents.links[hash], link.expiresAt > time,
                link.account.map({ contents.accounts[$0] != nil }) ?? (link.createdBy != nil || contents.accounts.isEmpty)
            else {
                return nil
            }
            return AccountChange.isUsable(link, by: link.createdBy.flatMap { contents.accounts[$0]?.grants }) ? link : nil
        }
    }
    func redeem(hash: [UInt8], name: String, passwordHash: String, at time: Timestamp) async throws(StoreError) -> LinkOutcome {
        guard let link = try await link(hash: hash, at: time) else { return .unusable }
        return try read { contents in
            if let account = link.account {
                contents.accounts[account]?.passwordHash = passwordHash
                contents.factors[account] = nil
                contents.sessions = contents.sessions.filter { $0.value.account != account }
                contents.links[hash] = nil
                return .done
            }
            if contents.accounts[name] != nil { return .nameTaken }
            contents.accounts[name] = AccountRecord(name: name, grants: link.grants, passwordHash: passwordHash)
            contents.links[hash] = nil
            return .done
        }
    }
    func nodes() async throws(StoreError) -> [NodeRecord] { try read { $0.nodes } }
    func presence() async throws(StoreError) -> [PresenceRecord] { try read { $0.presence } }
    func presence(of nodes: [String]) async throws(StoreError) -> [PresenceRecord] {
        try read { $0.presence.filter { nodes.contains($0.node) } }
    }
    func ping() async throws(StoreError) { try read { _ in } }
    func close() async {}

    // Nothing under test here ingests, leads or maintains.

    private static let unused = StoreError(.refused, "not part of this test's store")
    func ingest(_ batches: [IngestBatch]) async throws(StoreError) -> [IngestOutcome] { throw Self.unused }
    func acquireLease(_ name: String, holder: String, seconds: Double) async throws(StoreError) -> Lease? { throw Self.unused }
    func renewLease(_ lease: Lease, seconds: Double) async throws(StoreError) -> Bool { throw Self.unused }
    func releaseLease(_ lease: Lease) async throws(StoreError) { throw Self.unused }
    func stampFeed(_ lease: Lease, limit: Int) async throws(StoreError) -> [PublishedEvent]? { throw Self.unused }
    func markPublished(_ lease: Lease, through cursor: Int64) async throws(StoreError) -> Bool { throw Self.unused }
    func publishedCursor() async throws(StoreError) -> Int64 { throw Self.unused }
    func savePresence(_ records: [PresenceRecord], _ lease: Lease) async throws(StoreError) -> Bool { throw Self.unused }
    func upsertNode(_ node: NodeRecord) async throws(StoreError) { throw Self.unused }
    func committed(node: String, epoch: String) async throws(StoreError) -> SequenceRanges { throw Self.unused }
    func quarantine(limit: Int) async throws(StoreError) -> [QuarantinedElement] { throw Self.unused }
    func quarantineCount() async throws(StoreError) -> Int64 { throw Self.unused }
    func maintain(now: Timestamp, eventDays: Int, feedDays: Int) async throws(StoreError) -> MaintenanceReport { throw Self.unused }
    func check() async throws(StoreError) -> [String] { throw Self.unused }
}
