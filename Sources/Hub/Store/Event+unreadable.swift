import Base
import Protocol

extension Event {
    /// Stands in a list for an event whose stored body cannot be read: it keeps the place in the order, so that paging goes on behind it.
    ///
    /// - Parameters:
    ///   - id: What it is filed under.
    ///   - ts: What it is filed under.
    /// - Throws: `StoreError.schema` where not even these make an event.
    static func unreadable(id: EventID, ts: Timestamp) throws(StoreError) -> Event {
        do {
            return try Event(
                id: id, rev: 1, node: "hub", epoch: "unreadable", seq: 0, site: "unreadable", sourceID: "unreadable", type: "system",
                severity: .warning, ts: ts, endTS: nil, payload: Array("{\"unreadable\":true}".utf8))
        } catch { throw StoreError(.schema, "a stored event cannot be read: run vigilar-hub check") }
    }
}
