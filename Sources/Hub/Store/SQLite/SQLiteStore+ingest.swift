import Base
import Foundation
import GRDB
import Protocol
import Synchronization

extension SQLiteStore {
    package func ingest(_ batches: [IngestBatch]) async throws(StoreError) -> [IngestOutcome] {
        guard !batches.isEmpty else { return [] }
        let prepared = PreparedMonths(around: clock.now)
        return try await IngestBisection.run(batches) { (group) async throws(StoreError) in
            let (outcomes, sources) = try await self.write { db in try self.commit(group, prepared, db) }
            self.knownSources.withLock { known in
                if known.count > SourceTriple.bound { known = [] }
                known.formUnion(sources)
            }
            return outcomes
        } quarantine: { (elements) async throws(StoreError) in
            try await self.write { db in try Self.quarantine(elements, db) }
        }
    }

    private func commit(
        _ batches: [IngestBatch], _ prepared: PreparedMonths, _ db: Database
    ) throws -> ([IngestOutcome], Set<SourceTriple>) {
        var committed: [IngestPlan.Epoch: SequenceRanges] = [:]
        for epoch in Set(batches.map(IngestPlan.Epoch.init)) {
            committed[epoch] = try Self.committed(node: epoch.node, epoch: epoch.name, db)
        }
        var plan = IngestPlan(committed: committed, known: try Self.known(batches, db))
        let outcomes = batches.map { plan.add($0) }
        try Self.write(plan.changes, prepared, db)
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO ingest_epochs (node, epoch, committed, updated_at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET committed = excluded.committed, updated_at = excluded.updated_at
                """)
        for (epoch, ranges) in plan.changedEpochs {
            try statement.execute(arguments: [epoch.node, epoch.name, String(decoding: ranges.json, as: UTF8.self), clock.now.microseconds])
        }
        try Self.quarantine(plan.quarantined, db)
        let sources = Set(plan.changes.map { SourceTriple($0.event) }).subtracting(knownSources.withLock { $0 })
        for triple in sources {
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO sources VALUES (?, ?, ?)")
                .execute(arguments: [triple.site, triple.source, triple.type])
        }
        return (outcomes, sources)
    }

    static func committed(node: String, epoch: String, _ db: Database) throws -> SequenceRanges {
        let statement = try db.cachedStatement(sql: "SELECT committed FROM ingest_epochs WHERE node = ? AND epoch = ?")
        guard let text = try String.fetchOne(statement, arguments: [node, epoch]) else { return SequenceRanges() }
        do { return try SequenceRanges(json: Array(text.utf8)) } catch {
            throw StoreError(.schema, "the committed ranges of node \(node) are damaged: run vigilar-hub check")
        }
    }

    private static func known(_ batches: [IngestBatch], _ db: Database) throws -> [EventID: IngestPlan.Known] {
        var known: [EventID: IngestPlan.Known] = [:]
        let statement = try db.cachedStatement(sql: "SELECT ts, rev FROM events WHERE id = ?")
        for batch in batches {
            for event in batch.events where known[event.id] == nil {
                guard let row = try Row.fetchOne(statement, arguments: [event.id.blob]) else { continue }
                known[event.id] = IngestPlan.Known(ts: Timestamp(microseconds: row[0]), rev: row[1])
            }
        }
        return known
    }

    private static func write(_ changes: [IngestPlan.Change], _ prepared: PreparedMonths, _ db: Database) throws {
        // What a person did to an event, and when it first came, outlive its revisions.
        let upsert = try db.cachedStatement(
            sql: """
                INSERT INTO events (id, ts, rev, node, site, source_id, type, severity, flags, received_at, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET rev = excluded.rev, node = excluded.node, site = excluded.site,
                    source_id = excluded.source_id, type = excluded.type, severity = excluded.severity, flags = excluded.flags,
                    body = excluded.body
                """)
        let feed = try db.cachedStatement(sql: "INSERT INTO feed_pending (event_id) VALUES (?)")
        for change in changes {
            let event = change.event
            try upsert.execute(arguments: [
                event.id.blob, event.ts.microseconds, event.rev, event.node, event.site, event.sourceID, event.type,
                event.severity.rawValue, EventFlags(event, prepared: prepared).rawValue, change.receivedAt.microseconds,
                String(decoding: event.body, as: UTF8.self),
            ])
            try feed.execute(arguments: [event.id.blob])
        }
    }

    static func quarantine(_ elements: [QuarantinedElement], _ db: Database) throws {
        guard !elements.isEmpty else { return }
        let statement = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO quarantine (node, epoch, seq, why, body, digest, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
        for element in elements.map(\.storable) {
            try statement.execute(arguments: [
                element.node, element.epoch, element.seq, element.why, Data(element.body), element.digest,
                element.receivedAt.microseconds,
            ])
        }
    }
}
