package import Base
package import Protocol

/// The hub's memory. Two adapters, PostgreSQL and SQLite, pass one conformance suite.
///
/// Every call runs on the store's own threads, never on the cooperative pool, and throws `StoreError`. A call that throws has
/// changed nothing.
package protocol EventStore: Sendable {
    // MARK: Taking events in

    /// Commits batches in one transaction: deduplicates, keeps the highest `rev` of each id, writes a feed row for every visible
    /// change and every refused element to the quarantine, and notes the committed `seq`s. Outcomes stand in the order of `batches`.
    func ingest(_ batches: [IngestBatch]) async throws(StoreError) -> [IngestOutcome]

    // MARK: The feed

    /// Takes the named lease if it is free or expired by the database's clock; nil while another holds it.
    func acquireLease(_ name: String, holder: String, seconds: Double) async throws(StoreError) -> Lease?
    /// Extends a lease; false when it was lost (another generation).
    func renewLease(_ lease: Lease, seconds: Double) async throws(StoreError) -> Bool
    /// Gives a lease back, if it is still held.
    func releaseLease(_ lease: Lease) async throws(StoreError)
    /// Stamps up to `limit` committed feed rows with the next cursors, in a transaction that locks the lease row and checks its
    /// generation and expiry. Nil when the lease is lost: nothing was stamped.
    func stampFeed(_ lease: Lease, limit: Int) async throws(StoreError) -> [PublishedEvent]?
    /// Notes that everything up to `cursor` has been published; false when the lease is lost.
    func markPublished(_ lease: Lease, through cursor: Int64) async throws(StoreError) -> Bool
    /// Highest cursor noted as published.
    func publishedCursor() async throws(StoreError) -> Int64
    /// Lowest replayable and highest stamped cursor. An empty feed is `lowest = highest + 1`.
    func feedBounds() async throws(StoreError) -> FeedBounds
    /// Stamped rows with a cursor above `cursor`, in order, at most `limit`. Events deleted meanwhile are left out, so
    /// `through` tells up to where the answer is complete.
    func feed(after cursor: Int64, limit: Int) async throws(StoreError) -> FeedPage

    // MARK: Reading

    /// Newest first by (`ts`, `id`).
    func events(_ query: EventQuery) async throws(StoreError) -> [StoredEvent]
    func event(_ id: EventID) async throws(StoreError) -> StoredEvent?
    /// As `events`, of each what decides which incident it belongs to. Damaged ones are left out.
    func spans(_ query: EventQuery) async throws(StoreError) -> [EventSpan]
    /// Counts per hour or day, camera and type, under the query's filters (its limit and page do not count).
    func counts(_ query: EventQuery, by bucket: CountBucket) async throws(StoreError) -> [EventCount]
    /// What the filters of the page can offer, of what may be seen.
    func facets(_ scope: AccessScope) async throws(StoreError) -> EventFacets

    // MARK: Changing

    /// Marks an event as seen by an account and writes a feed row. Repeating it changes nothing. Nil where there is no such event.
    func acknowledge(_ id: EventID, by account: String, at time: Timestamp) async throws(StoreError) -> StoredEvent?
    /// Marks those of many events as seen that lie in a scope and that nobody has marked before, and writes a feed row for each. What lies
    /// outside, or is not there, is left alone.
    /// - Parameter scope: Of what the account may mark.
    /// - Returns: How many it marked.
    func acknowledge(_ ids: [EventID], in scope: AccessScope, by account: String, at time: Timestamp) async throws(StoreError) -> Int

    // MARK: Nodes

    /// Adds a node, or changes its site.
    func upsertNode(_ node: NodeRecord) async throws(StoreError)
    func nodes() async throws(StoreError) -> [NodeRecord]
    /// The committed `seq`s of a node's epoch.
    func committed(node: String, epoch: String) async throws(StoreError) -> SequenceRanges

    // MARK: Accounts

    /// Adds an account, or changes it. Another password hash than before ends the account's sessions in the same transaction.
    func upsertAccount(_ account: AccountRecord) async throws(StoreError)
    func account(named name: String) async throws(StoreError) -> AccountRecord?

    // MARK: Upkeep

    /// Elements that could not be stored, newest first.
    func quarantine(limit: Int) async throws(StoreError) -> [QuarantinedElement]
    func quarantineCount() async throws(StoreError) -> Int64
    /// Makes partitions ahead, deletes events older than `eventDays` with their pictures, feed rows older than `feedDays` (published ones only) and
    /// expired sessions. Returns what it did, for the log.
    func maintain(now: Timestamp, eventDays: Int, feedDays: Int) async throws(StoreError) -> MaintenanceReport
    /// Verifies the invariants that can be seen in the store: cursors dense and unique, feed and events agree, ranges well formed,
    /// no event twice, every camera and certificate with a node that exists, no certificate left to a revoked node, every picture with an
    /// event that says so. Returns one line for each thing that is broken.
    func check() async throws(StoreError) -> [String]
    /// A cheap round trip, for readiness.
    func ping() async throws(StoreError)
    /// Ends connections; later calls throw.
    func close() async
}
