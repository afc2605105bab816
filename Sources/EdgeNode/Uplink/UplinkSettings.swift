import Protocol

/// The bounds of sending; the standard ones are the contract's.
package struct UplinkSettings: Sendable, Hashable {
    /// Batches on the way at one time; one place is kept for the urgent lane.
    package var inFlight = 8
    /// Events of one batch.
    package var events = 50
    /// Bytes of one batch's JSON; a single event may pass it.
    package var bytes = 64 * 1024
    /// Seconds that rows wait for company while other batches are on the way.
    package var gather = 0.2
    /// Seconds until a batch that nobody answered is sent again: the first wait, and the longest. Each is drawn from the upper half.
    package var retry = 4.0...60.0
    /// Batches from this many bytes on, and all of a backlog of more than `backlog` rows, are sent compressed.
    package var compressFrom = 8 * 1024
    package var backlog = 100
    /// Rows and bytes that are read ahead in one lane.
    package var pageRows = 400
    package var pageBytes = 512 * 1024
    /// Times that a single event may be under suspicion before it is taken for unreadable, where the hub cannot say which batch it
    /// means.
    package var strikes = 3

    package init() {}
}
