package import Base
package import Logging
private import Synchronization

/// Writes down who signed in, who changed what, and who watched which footage.
package final class AuditLog: Sendable {
    private let store: any AuditStore
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let seen = Mutex<[Repeated: Double]>([:])

    /// What says nothing new while it is repeated: a player makes dozens of requests of one recording, and whoever is refused may ask a thousand
    /// times, which must not fill the database.
    private struct Repeated: Hashable {
        let session: [UInt8]
        let entry: AuditEntry

        init(_ entry: AuditEntry, _ session: [UInt8], isOfAnyObject: Bool) {
            self.session = session
            var entry = entry
            entry.at = Timestamp(microseconds: 0)
            if isOfAnyObject { entry.object = "" }
            self.entry = entry
        }
    }

    /// Seconds within which the same is one line.
    private static let repetition = 600.0
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
    ///   - isOfAnyObject: Whether another object says nothing new.
    package func addOnce(_ entry: AuditEntry, of session: [UInt8] = [], isOfAnyObject: Bool = false) async {
        let (repeated, now) = (Repeated(entry, session, isOfAnyObject: isOfAnyObject), clock.uptime)
        let isNew = seen.withLock { seen in
            if let last = seen[repeated], now - last < Self.repetition { return false }
            if seen.count >= Self.repeatedLimit { seen = seen.filter { now - $0.value < Self.repetition } }
            // Still full: a line too many is better than one too few.
            if seen.count >= Self.repeatedLimit { seen = [:] }
            seen[repeated] = now
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
