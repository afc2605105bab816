package import Base
package import Logging
private import Synchronization

/// Writes down who signed in, who changed what, and who watched which footage.
package final class AuditLog: Sendable {
    private let store: any AuditStore
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let seen = Mutex<[Repeated: Written]>([:])

    /// What says nothing new while it is repeated: a player makes dozens of requests of one recording, and whoever is refused may ask a thousand
    /// times, which must not fill the database.
    private struct Repeated: Hashable {
        let session: [UInt8]
        let entry: AuditEntry

        init(_ entry: AuditEntry, _ session: [UInt8], isOfManyObjects: Bool) {
            self.session = session
            var entry = entry
            entry.at = Timestamp(microseconds: 0)
            if isOfManyObjects { entry.object = "" }
            self.entry = entry
        }
    }

    /// What of it is written down.
    private struct Written {
        /// When the first line was, in seconds of a clock that never goes back.
        let since: Double
        /// Hashes of the objects: what somebody tries can be long.
        var objects: Set<Int>
    }

    /// Seconds within which the same is one line.
    private static let repetition = 600.0
    /// Objects of which each is a line within that time, where many are tried.
    private static let objectLimit = 20
    private static let repeatedLimit = 1000

    package init(store: any AuditStore, clock: any WallClock, metrics: Metrics, logger: Logger) {
        self.store = store
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_audit_lost_total", .counter, help: "Lines of the audit log that could not be written.")
    }

    /// Adds a line. What was done is done: where the line cannot be written this is logged, with what it says, and counted.
    /// - Returns: Whether it was written.
    @discardableResult
    package func add(_ entry: AuditEntry) async -> Bool {
        do {
            try await store.addAudit(entry)
            return true
        } catch {
            metrics.add("vigilar_audit_lost_total", 1)
            logger.error(
                "the audit log cannot be written",
                metadata: [
                    "account": "\(entry.account)", "address": "\(entry.address)", "action": "\(entry.action)", "object": "\(entry.object)",
                    "detail": "\(entry.detail)", "refused": "\(entry.isRefused)", "error": "\(error)",
                ])
            return false
        }
    }

    /// Adds a line, unless the last one that says the same is a few minutes old.
    /// - Parameters:
    ///   - session: The hash of the session of which it is; empty where there is none.
    ///   - isOfManyObjects: Whether somebody may try any number of objects: of these the first are lines, and more say nothing new.
    package func addOnce(_ entry: AuditEntry, of session: [UInt8] = [], isOfManyObjects: Bool = false) async {
        let (repeated, now) = (Repeated(entry, session, isOfManyObjects: isOfManyObjects), clock.uptime)
        let object = entry.object.hashValue
        let isNew = seen.withLock { seen -> Bool in
            if var written = seen[repeated], now - written.since < Self.repetition {
                guard written.objects.count < Self.objectLimit, written.objects.insert(object).inserted else { return false }
                seen[repeated] = written
                return true
            }
            if seen.count >= Self.repeatedLimit { seen = seen.filter { now - $0.value.since < Self.repetition } }
            // Still full: a line too many is better than one too few.
            if seen.count >= Self.repeatedLimit { seen = [:] }
            seen[repeated] = Written(since: now, objects: [object])
            return true
        }
        guard isNew else { return }
        if await !add(entry) { seen.withLock { $0[repeated] = nil } }
    }

    /// Lines, newest first.
    /// - Throws: `StoreError`.
    package func entries(of account: String?, before id: Int64?, limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await store.audit(of: account, before: id, limit: limit)
    }
}
