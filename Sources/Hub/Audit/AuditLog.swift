package import Base
package import Logging
private import Synchronization

/// Writes down who signed in, who changed what, and who watched which footage.
package final class AuditLog: Sendable {
    private let store: any AuditStore
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let seen = Mutex<[Viewing: Double]>([:])

    /// What is one viewing, however many requests a player makes of it.
    private struct Viewing: Hashable {
        let session: [UInt8]
        let action: String
        let object: String
        let detail: String
    }

    /// Seconds within which the same footage asked for again by the same session is the same viewing.
    private static let viewingLength = 600.0
    private static let viewingLimit = 1000

    package init(store: any AuditStore, clock: any WallClock, metrics: Metrics, logger: Logger) {
        self.store = store
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_audit_lost_total", .counter, help: "Lines of the audit log that could not be written.")
    }

    /// Adds a line. What was done is done: where the line cannot be written this is logged, with what it says, and counted.
    package func add(_ entry: AuditEntry) async {
        do { try await store.addAudit(entry) } catch {
            metrics.add("vigilar_audit_lost_total", 1)
            logger.error(
                "the audit log cannot be written",
                metadata: [
                    "account": "\(entry.account)", "address": "\(entry.address)", "action": "\(entry.action)", "object": "\(entry.object)",
                    "refused": "\(entry.isRefused)", "error": "\(error)",
                ])
        }
    }

    /// Adds a line about footage that a session was shown, unless the last one about the same is a few minutes old.
    package func addViewing(_ entry: AuditEntry, by session: [UInt8]) async {
        let viewing = Viewing(session: session, action: entry.action, object: entry.object, detail: entry.detail)
        let now = clock.uptime
        let isNew = seen.withLock { seen in
            if let last = seen[viewing], now - last < Self.viewingLength { return false }
            if seen.count >= Self.viewingLimit { seen = seen.filter { now - $0.value < Self.viewingLength } }
            // Still full: a line too many is better than one too few.
            if seen.count >= Self.viewingLimit { seen = [:] }
            seen[viewing] = now
            return true
        }
        if isNew { await add(entry) }
    }

    /// Lines, newest first.
    /// - Throws: `StoreError`.
    package func entries(of account: String?, before id: Int64?, limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await store.audit(of: account, before: id, limit: limit)
    }
}
