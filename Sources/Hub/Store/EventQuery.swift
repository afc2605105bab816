package import Base
package import Protocol

/// Filters of the timeline. Empty lists do not filter.
package struct EventQuery: Sendable {
    /// What whoever asks may see: nothing else is found.
    package let scope: AccessScope
    package var sites: [String] = []
    package var cameras: [String] = []
    package var nodes: [String] = []
    package var types: [String] = []
    package var minimumSeverity: Severity?
    package var acknowledged: Bool?
    /// Who was known to be seen; whom an event of the hub's own is about does not count.
    package var individual: EventID?
    /// Also events in which they were probably seen.
    package var isProbableEnough = false
    /// Whether events count that tell of that individual, as those of rules do.
    package var isSubjectEnough = false
    /// `from` included, `to` not.
    package var from: Timestamp?
    package var to: Timestamp?
    /// Case-insensitive text searched in the event's JSON.
    package var text: String?
    /// Only what stands before this position of the newest-first order.
    package var before: (ts: Timestamp, id: EventID)?
    package var limit = 50

    package init(_ scope: AccessScope) { self.scope = scope }
}
