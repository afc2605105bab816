package import Base

/// Where the audit log is kept. Lines are added and never changed; the database itself refuses it, and to delete any that is less than a year old.
package protocol AuditStore: Sendable {
    func addAudit(_ entry: AuditEntry) async throws(StoreError)
    /// Lines, newest first.
    /// - Parameters:
    ///   - account: Of this account alone; nil for all.
    ///   - id: Those before this one alone; nil for the newest.
    func audit(of account: String?, before id: Int64?, limit: Int) async throws(StoreError) -> [AuditEntry]
    /// Deletes the lines of before `time`.
    func trimAudit(before time: Timestamp) async throws(StoreError)
}
