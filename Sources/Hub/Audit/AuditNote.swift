import Synchronization

/// What a route says to the audit log of the request that it answers.
final class AuditNote: Sendable {
    let detail = Mutex("")
}
