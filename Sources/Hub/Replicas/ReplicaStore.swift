/// What the store keeps of the replicas that run: where the others reach each. Both adapters pass the conformance suite.
///
/// Times are the database's own, so that the replicas' clocks need not agree.
package protocol ReplicaStore: Sendable {
    /// Says that a replica runs, and forgets those that have not said so for `ReplicaRecord.life`.
    func announceReplica(_ replica: ReplicaRecord) async throws(StoreError)
    /// Nil where no replica of this id has said within `ReplicaRecord.life` that it runs.
    func replica(_ id: String) async throws(StoreError) -> ReplicaRecord?
    /// Says that a replica runs no more.
    func withdrawReplica(_ id: String) async throws(StoreError)
}
