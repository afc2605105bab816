package import Base
package import Protocol

/// The events' pictures, sealed as their nodes sent them: the store never sees one open. Both adapters of `EventStore` have it, and one
/// conformance suite runs over both.
///
/// Every call runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol SnapshotStore: Sendable {
    /// Keeps a picture for as long as its event, in place of one with a lower rank, and writes a feed row where it did.
    ///
    /// - Parameters:
    ///   - node: Who sent it.
    ///   - rank: How good it is; of `SnapshotWire.ranks`.
    ///   - box: The sealed pictures.
    func putSnapshot(
        _ event: EventID, node: String, rank: Int, box: [UInt8], at time: Timestamp
    ) async throws(StoreError) -> SnapshotOutcome
    /// Puts a picture in which people are hidden in place of the one of this rank, where it is still that, and writes a feed row where it did. It
    /// has `SnapshotWire.hiddenRank` then.
    /// - Parameter box: Nil where people cannot be hidden in it: then it is deleted.
    func replaceSnapshot(_ event: EventID, of rank: Int, with box: [UInt8]?) async throws(StoreError)
    /// The event's picture; nil where there is none.
    func snapshot(of event: EventID) async throws(StoreError) -> StoredSnapshot?
    /// The rank of the event's picture, without reading it; nil where there is none.
    func snapshotRank(of event: EventID) async throws(StoreError) -> Int?
}
