package import Base
package import Protocol

/// What happened at a site, in the events that tell of it.
package struct Incident: Sendable, Hashable {
    /// That of the first event that it was told by.
    package let id: EventID
    package let site: String
    /// When the earliest of its events starts.
    package var from: Timestamp
    /// When the last of its events ends, as far as that is known; no more than an hour after its start.
    package var until: Timestamp

    package init(id: EventID, site: String, from: Timestamp, until: Timestamp) {
        self.id = id
        self.site = site
        self.from = from
        self.until = until
    }
}
