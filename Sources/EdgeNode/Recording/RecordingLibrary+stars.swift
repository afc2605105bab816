import Base
import GRDB
package import Protocol
package import Recording

extension RecordingLibrary {
    /// What became of an order to star a segment, or to take its star away.
    package enum StarOutcome: Sendable, Hashable {
        /// The segment is as the order wants it, for good.
        case done
        /// There is no such segment, or it is being removed.
        case gone
        /// Another order came since, with this number.
        case outdated(Int64)
    }

    /// Stars a segment, or takes its star away, whereupon it is kept like an event's. The hub is told of the class that it has then.
    /// - Parameter number: Of the order. One that is lower than the last one's does nothing; the same again does the same.
    package func star(_ id: EventID, _ isStarred: Bool, number: Int64) throws(RecordingError) -> StarOutcome {
        let (id, starred) = (id.description, RetentionClass.starred.rawValue)
        let outcome = try write { db -> StarOutcome in
            let last = try Int64.fetchOne(db, sql: "SELECT number FROM star WHERE segment = ?", arguments: [id]) ?? .min
            if number < last { return .outdated(last) }
            // Told of even where nothing changes: the hub asks because it does not know.
            try db.execute(
                sql: """
                    UPDATE segment SET keep = CASE WHEN ?1 THEN ?2 WHEN keep = ?2 THEN ?3 ELSE keep END, reported = MIN(reported, 1)
                    WHERE id = ?4 AND state != 'removing'
                    """, arguments: [isStarred, starred, RetentionClass.event.rawValue, id])
            guard db.changesCount > 0 else { return .gone }
            try db.execute(sql: "INSERT OR REPLACE INTO star VALUES (?, ?)", arguments: [id, number])
            return .done
        }
        if outcome == .done { news.put(()) }
        return outcome
    }
}
