package import Base
package import Protocol
package import Recording

/// What the hub knows of its nodes' segments. The recordings themselves stay with the nodes. Both adapters of `EventStore` have it, and one
/// conformance suite runs over both.
///
/// Segments go with their camera, when that is made nobody's, and stay with their node when it becomes another's. Every call is one
/// transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol RecordingStore: Sendable {
    /// Keeps what a node says of a segment, unless what is there is at least as far. Repeating it changes nothing.
    ///
    /// - Throws: `StoreError.refused` where it ends before it starts or is longer than `SegmentRecord.longest`.
    func putSegment(_ record: SegmentRecord, at time: Timestamp) async throws(StoreError) -> SegmentOutcome
    /// Forgets those of the segments that are this node's.
    func removeSegments(_ ids: [EventID], of node: String) async throws(StoreError)
    /// Nil where there is none of this id.
    func segment(_ id: EventID) async throws(StoreError) -> SegmentRecord?
    /// A camera's segments that overlap the time from `from` to just before `to`, in order of their start. Of more than `limit` the first.
    func segments(
        camera: String, track: SegmentTrack, from: Timestamp, to: Timestamp, limit: Int
    ) async throws(StoreError) -> [SegmentRecord]
    /// Those that a list shows, newest start first, without their indexes.
    func segmentSummaries(_ query: SegmentQuery) async throws(StoreError) -> [SegmentSummary]
}
