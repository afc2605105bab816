import Base
import Foundation
import GRDB
import Protocol

/// What is done about a damaged outbox.
enum OutboxSalvage {
    /// Damaged files that are kept for whoever wants to look into them.
    private static let keptFiles = 3

    /// Renames the file and its log; returns its new path.
    static func moveAside(path: String, now: Timestamp) throws -> String {
        let manager = FileManager.default
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let prefix = URL(fileURLWithPath: path).lastPathComponent + ".damaged-"
        let older = try manager.contentsOfDirectory(atPath: folder).filter {
            $0.hasPrefix(prefix) && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
        }.sorted()
        for name in older.dropLast(keptFiles - 1) {
            for suffix in ["", "-wal", "-shm"] { try? manager.removeItem(atPath: "\(folder)/\(name)\(suffix)") }
        }
        let aside = "\(folder)/\(prefix)\(now.microseconds)"
        try manager.moveItem(atPath: path, toPath: aside)
        try? manager.removeItem(atPath: path + "-shm")
        if manager.fileExists(atPath: path + "-wal") { try manager.moveItem(atPath: path + "-wal", toPath: aside + "-wal") }
        return aside
    }

    /// Copies every waiting row that can still be read, under new numbers; stops at the damage.
    ///
    /// - Returns: How many rows were saved.
    static func copyWaiting(from path: String, to file: OutboxFile, now: Timestamp) -> Int {
        guard let damaged = try? DatabaseQueue(path: path) else { return 0 }
        defer { try? damaged.close() }
        var saved = 0
        var position: Int64 = 0
        while let rows = try? damaged.writeWithoutTransaction({ db in try waitingRows(db, after: position) }), let last = rows.last {
            position = last.position
            guard let added = try? file.transaction({ db, state in try copy(rows.map(\.body), to: file, now: now, db, &state) }) else {
                break
            }
            saved += added
        }
        return saved
    }

    private static func waitingRows(_ db: Database, after position: Int64) throws -> [(position: Int64, body: Data)] {
        var rows: [(position: Int64, body: Data)] = []
        // Without a transaction: its end would report the damage again. By the table itself: an index may be what is damaged.
        let cursor = try Row.fetchCursor(
            db, sql: "SELECT position, acked_at, body FROM event NOT INDEXED WHERE position > ? ORDER BY position LIMIT 500",
            arguments: [position])
        do {
            while let row = try cursor.next() {
                let acknowledged: Int64? = row[1]
                rows.append((row[0], acknowledged == nil ? row[2] : Data()))
            }
        } catch {
            if rows.isEmpty { throw error }
        }
        return rows
    }

    private static func copy(_ bodies: [Data], to file: OutboxFile, now: Timestamp, _ db: Database, _ state: inout OutboxState) throws
        -> Int
    {
        var added = 0
        for body in bodies {
            guard let old = try? Event(body: [UInt8](body)),
                let new = try? Event(
                    id: old.id, rev: old.rev, node: file.configuration.node, epoch: state.epoch, seq: state.nextSeq, site: old.site,
                    sourceID: old.sourceID, type: old.type, severity: old.severity, ts: old.ts, endTS: old.endTS, payload: old.payload)
            else { continue }
            try file.insert(new, created: now, db, &state)
            added += 1
        }
        return added
    }

    /// Writes what was lost as a tombstone; where nobody knows the number, a tombstone of 0 says that the file was replaced.
    static func report(lost: Int?, drops: DropCount?, to file: OutboxFile, now: Timestamp) throws {
        var count = drops ?? DropCount()
        count.count(at: now, Int64(lost ?? 0))
        let tombstone = count.tombstone(
            node: file.configuration.node, now: now,
            why: lost == nil ? "the outbox file was damaged; how many events it still held is not known" : "the outbox file was damaged")
        _ = try file.append([tombstone], now: now)
    }
}
