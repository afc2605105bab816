import Base
import Foundation
import GRDB
import Protocol

extension OutboxFile {
    /// Stores drafts in one commit; each result stands where its draft stood.
    func append(_ drafts: [DraftEvent], now: Timestamp) throws -> [OutboxResult] {
        try transaction { db, state in
            let results = try drafts.map { try self.insert($0, now: now, db, &state) }
            try self.reportDrops(now: now, db, &state)
            return results
        }
    }

    /// Counts events that never reached the file, for the next tombstone.
    func count(_ drops: DropCount, now: Timestamp) throws {
        try transaction { db, state in
            state.drops.add(drops)
            try self.reportDrops(now: now, db, &state)
        }
    }

    private func insert(_ draft: DraftEvent, now: Timestamp, _ db: Database, _ state: inout OutboxState) throws -> OutboxResult {
        guard capacity.accepts(draft.severity, waiting: state.waiting) else {
            state.drops.count(at: now)
            return .full
        }
        let event: Event
        do {
            event = try Event(
                id: draft.id, rev: draft.rev, node: configuration.node, epoch: state.epoch, seq: state.nextSeq, site: configuration.site,
                sourceID: draft.sourceID, type: draft.type, severity: draft.severity, ts: draft.ts, endTS: draft.endTS,
                payload: draft.payload)
        } catch EventError.tooLarge(_, let bytes) {
            return .tooLarge(bytes: bytes)
        } catch {
            return .invalid("\(error)")
        }
        let position = try insert(event, created: now, db, &state)
        let id = event.id.description
        if event.endTS == nil {
            try db.cachedStatement(
                sql: "INSERT INTO open_event (id, position) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET position = excluded.position"
            )
            .execute(arguments: [id, position])
        } else {
            try db.cachedStatement(sql: "DELETE FROM open_event WHERE id = ?").execute(arguments: [id])
        }
        return .stored(seq: event.seq)
    }

    /// Adds a row for an event that was composed for the present epoch and its next `seq`.
    @discardableResult
    func insert(_ event: Event, created: Timestamp, _ db: Database, _ state: inout OutboxState) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO event (epoch, seq, id, rev, severity, created, body) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .execute(
                arguments: [
                    state.epochNumber, event.seq, event.id.description, event.rev, event.severity.rawValue, created.microseconds,
                    Data(event.body),
                ])
        state.nextSeq += 1
        state.waiting += 1
        return db.lastInsertedRowID
    }

    /// Writes the tombstone once there is room again.
    func reportDrops(now: Timestamp, _ db: Database, _ state: inout OutboxState, why: String = "the outbox was full") throws {
        guard state.drops.dropped > 0, capacity.hasRoomAgain(waiting: state.waiting) else { return }
        let tombstone = state.drops.tombstone(node: configuration.node, now: now, why: why)
        state.drops = DropCount()
        _ = try insert(tombstone, now: now, db, &state)
    }
}
