import Foundation
import GRDB
import Protocol

/// Verifies the invariants of an outbox on disk (docs/design/outbox.md), for `vigilar-edge check`. Changes nothing.
package enum OutboxCheck {
    /// Faults that are listed at most for one invariant.
    private static let bound = 20

    /// - Returns: What is broken, a line each; nothing where all is well.
    /// - Throws: `OutboxError` where the file cannot be opened at all.
    package static func run(path: String) throws(OutboxError) -> [String] {
        do {
            var settings = Configuration()
            settings.readonly = true
            settings.busyMode = .timeout(5)
            let database = try DatabaseQueue(path: path, configuration: settings)
            defer { try? database.close() }
            return try database.read { db in
                let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(bound))")
                guard integrity == ["ok"] else { return integrity.map { "SQLite: \($0)" } }
                return try numbers(db) + openEvents(db) + bodies(db)
            }
        } catch let error as DatabaseError {
            throw .storage(code: error.extendedResultCode.rawValue, message: error.message ?? "no reason given")
        } catch {
            throw .storage(code: -1, message: "\(type(of: error))")
        }
    }

    /// The present epoch's numbers run without a hole from the last deleted row to the next number.
    private static func numbers(_ db: Database) throws -> [String] {
        guard
            let epoch = try Row.fetchOne(
                db, sql: "SELECT epoch.* FROM epoch JOIN state ON state.epoch = epoch.number")
        else { return ["the present epoch is missing"] }
        let number: Int64 = epoch["number"]
        let next: Int64 = epoch["next_seq"]
        let pruned: Int64 = epoch["pruned_through"]
        let name: String = epoch["name"]
        var faults: [String] = []
        let highest = try Int64.fetchOne(db, sql: "SELECT MAX(seq) FROM event WHERE epoch = ?", arguments: [number]) ?? 0
        if highest >= next { faults.append("row \(highest) is not below the next number \(next)") }
        let rows = try Int64.fetchOne(db, sql: "SELECT COUNT(*) FROM event WHERE epoch = ? AND seq > ?", arguments: [number, pruned]) ?? 0
        let dead =
            try Int64.fetchOne(
                db, sql: "SELECT COUNT(*) FROM dead_letter WHERE epoch = ? AND seq > ?", arguments: [name, pruned]) ?? 0
        // Dead letters above their bound were deleted, the oldest first; whose epoch they were of is not known any more.
        let trimmed = max(0, (try Int64.fetchOne(db, sql: "SELECT MIN(number) FROM dead_letter") ?? 1) - 1)
        let missing = next - 1 - pruned - rows - dead
        if !(0...trimmed).contains(missing), highest < next {
            faults.append("of the numbers \(pruned + 1) to \(next - 1), \(missing) are missing")
        }
        return faults
    }

    private static func openEvents(_ db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT open_event.id FROM open_event LEFT JOIN event ON event.position = open_event.position
                WHERE event.id IS NOT open_event.id LIMIT ?
                """, arguments: [bound]
        ).map { "the open event \($0) has no row" }
    }

    /// Every body is an event that agrees with its columns, and with the node.
    private static func bodies(_ db: Database) throws -> [String] {
        var faults: [String] = []
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT event.seq, event.id, event.rev, event.severity, epoch.name, event.body, event.acked_at, state.node
                FROM event JOIN epoch ON epoch.number = event.epoch CROSS JOIN state ORDER BY event.position
                """)
        while let row = try cursor.next(), faults.count < bound {
            let seq: Int64 = row[0]
            let body: Data = row[5]
            do {
                let event = try Event(body: [UInt8](body))
                let acknowledged: Int64? = row[6]
                let agrees =
                    event.seq == seq && event.id.description == row[1] as String && event.rev == row[2] as Int64
                    && event.severity.rawValue == row[3] as Int && event.epoch == row[4] as String
                if !agrees { faults.append("seq \(seq): the columns differ from the event") }
                if acknowledged == nil, event.node != row[7] as String { faults.append("seq \(seq): waits under another node's name") }
            } catch {
                faults.append("seq \(seq): not an event: \(error)")
            }
        }
        return faults
    }
}
