/// What the store keeps of nodes' presence. Both adapters pass the conformance suite.
package protocol PresenceStore: Sendable {
    /// Every row, by the node's name.
    func presence() async throws(StoreError) -> [PresenceRecord]
    /// The rows of some nodes, by the node's name.
    func presence(of nodes: [String]) async throws(StoreError) -> [PresenceRecord]
    /// Writes rows, in one statement of a transaction that locks the lease row and checks its generation and expiry. False when the lease
    /// is lost: nothing was written. Rows with pending events are on the disk when this returns; others may be lost with the server.
    func savePresence(_ records: [PresenceRecord], _ lease: Lease) async throws(StoreError) -> Bool
}
