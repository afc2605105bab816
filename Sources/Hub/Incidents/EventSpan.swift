package import Base
package import Protocol

/// What of an event decides which incident it belongs to, and who may mark it.
package struct EventSpan: Sendable, Hashable {
    package let id: EventID
    package let site: String
    package let camera: String
    package let type: String
    package let ts: Timestamp
    /// When it ended; nil while it goes on.
    package let endTS: Timestamp?

    package init(_ event: Event) {
        (id, site, camera, type) = (event.id, event.site, event.sourceID, event.type)
        (ts, endTS) = (event.ts, event.endTS)
    }
}
