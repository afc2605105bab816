package import Base

/// Sessions seen a moment ago. It spares the store a question for every request, and while the store is away it keeps those signed in
/// who were: the page can then say what is missing. A revocation elsewhere takes effect within `freshness`.
package struct SessionCache: Sendable {
    private struct Entry {
        var session: SessionRecord
        var seen: Double
    }

    /// Seconds for which an entry answers alone.
    package static let freshness = 3.0
    /// Seconds for which an entry answers while the store does not.
    package static let grace = 900.0

    private var entries: [[UInt8]: Entry] = [:]
    private let capacity: Int

    package init(capacity: Int = 1000) { self.capacity = max(1, capacity) }

    /// - Parameters:
    ///   - hash: SHA-256 of the token.
    ///   - age: Seconds since the store confirmed it, at most.
    package func session(_ hash: [UInt8], within age: Double, now: Timestamp, uptime: Double) -> SessionRecord? {
        guard let entry = entries[hash], uptime - entry.seen <= age, entry.session.expiresAt > now else { return nil }
        return entry.session
    }

    package mutating func keep(_ session: SessionRecord, uptime: Double) {
        if entries[session.tokenHash] == nil, entries.count >= capacity, let oldest = entries.min(by: { $0.value.seen < $1.value.seen }) {
            entries[oldest.key] = nil
        }
        entries[session.tokenHash] = Entry(session: session, seen: uptime)
    }

    package mutating func forget(_ hash: [UInt8]) { entries[hash] = nil }

    /// Forgets every session of an account.
    package mutating func forget(account: String) { entries = entries.filter { $0.value.session.account != account } }
}
