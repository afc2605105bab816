import Base
import Postgres
import Protocol
import Synchronization

extension PostgresStore {
    package func ingest(_ batches: [IngestBatch]) async throws(StoreError) -> [IngestOutcome] {
        guard !batches.isEmpty else { return [] }
        return try await IngestBisection.run(batches) { (group) async throws(StoreError) in
            try await self.commitInTurn(group)
        } quarantine: { (elements) async throws(StoreError) in
            let statement = Self.quarantineStatement(elements)
            _ = try await self.call { (connection) throws(PostgresError) in try connection.run([statement]) }
        }
    }

    /// What came of a transaction; a damaged row is the store's complaint, not the server's.
    private typealias Committed = Result<(outcomes: [IngestOutcome], sources: Set<SourceTriple>), StoreError>

    private func commitInTurn(_ batches: [IngestBatch]) async throws(StoreError) -> [IngestOutcome] {
        let prepared = prepared.withLock { $0 }
        let known = knownSources.withLock { $0 }
        let committed = try await callInTurn(meetingAt: "event_ids_pkey") { (connection) throws(PostgresError) -> Committed in
            try Self.commit(batches, prepared, known, connection)
        }.get()
        knownSources.withLock { sources in
            if sources.count > SourceTriple.bound { sources = [] }
            sources.formUnion(committed.sources)
        }
        return committed.outcomes
    }

    /// One transaction in two round trips: lock and read, then write and commit.
    private static func commit(
        _ batches: [IngestBatch], _ prepared: PreparedMonths, _ knownSources: Set<SourceTriple>, _ connection: isolated PostgresConnection
    ) throws(PostgresError) -> Committed {
        let epochs = Set(batches.map(IngestPlan.Epoch.init)).sorted()
        let ids = Set(batches.flatMap { $0.events.map(\.id) }).sorted()
        let lock = PostgresStatement(
            """
            SELECT node, epoch, committed FROM ingest_epochs WHERE (node, epoch) IN (SELECT * FROM unnest($1, $2))
            ORDER BY node, epoch FOR UPDATE
            """, [.texts(epochs.map(\.node)), .texts(epochs.map(\.name))])
        // Locked, so that another replica with another epoch of the same ids waits and then sees what was decided here.
        let look = PostgresStatement("SELECT id, ts, rev FROM event_ids WHERE id = ANY ($1) ORDER BY id FOR UPDATE", [.ids(ids)])
        var read = try connection.run([PostgresStatement("BEGIN"), lock, look])
        if read[1].count < epochs.count {
            let make = PostgresStatement(
                """
                INSERT INTO ingest_epochs (node, epoch, committed, updated_at)
                SELECT node, epoch, '[]', now() FROM unnest($1, $2) AS new (node, epoch) ORDER BY 1, 2 ON CONFLICT DO NOTHING
                """, lock.parameters)
            read = try connection.run([make, lock, look])
        }
        var committed: [IngestPlan.Epoch: SequenceRanges] = [:]
        for row in 0..<read[1].count {
            let epoch = IngestPlan.Epoch(node: read[1].text(row, 0), name: read[1].text(row, 1))
            guard let ranges = try? SequenceRanges(json: read[1].bytes(row, 2)) else {
                connection.rollBack()
                return .failure(StoreError(.schema, "the committed ranges of node \(epoch.node) are damaged: run vigilar-hub check"))
            }
            committed[epoch] = ranges
        }
        var known: [EventID: IngestPlan.Known] = [:]
        for row in 0..<read[2].count { known[read[2].id(row, 0)] = .init(ts: read[2].time(row, 1), rev: read[2].int(row, 2)) }
        var plan = IngestPlan(committed: committed, known: known)
        let outcomes = batches.map { plan.add($0) }
        let sources = Set(plan.changes.map { SourceTriple($0.event) }).subtracting(knownSources)
        _ = try connection.run(writing(plan, prepared, sources) + [PostgresStatement("COMMIT")])
        return .success((outcomes, sources))
    }

    private static func writing(
        _ plan: IngestPlan, _ prepared: PreparedMonths, _ sources: Set<SourceTriple>
    ) -> [PostgresStatement] {
        var statements: [PostgresStatement] = []
        let new = plan.changes.filter(\.isNew).sorted { $0.event.id < $1.event.id }
        let changed = plan.changes.filter { !$0.isNew }
        if !new.isEmpty { statements += inserting(new, prepared) }
        if !changed.isEmpty { statements += updating(changed, prepared) }
        if !plan.changes.isEmpty {
            statements.append(
                PostgresStatement(
                    "INSERT INTO feed_pending (event_id, event_ts) SELECT * FROM unnest($1, $2)",
                    [.ids(plan.changes.map(\.event.id)), .times(plan.changes.map(\.event.ts))]))
        }
        if !plan.changedEpochs.isEmpty {
            let epochs = plan.changedEpochs.sorted { $0.key < $1.key }
            statements.append(
                PostgresStatement(
                    """
                    UPDATE ingest_epochs e SET committed = new.committed, updated_at = now()
                    FROM unnest($1, $2, $3) AS new (node, epoch, committed) WHERE e.node = new.node AND e.epoch = new.epoch
                    """,
                    [.texts(epochs.map(\.key.node)), .texts(epochs.map(\.key.name)), .textsBytes(epochs.map(\.value.json))]))
        }
        if !plan.quarantined.isEmpty { statements.append(quarantineStatement(plan.quarantined)) }
        if !sources.isEmpty {
            let sorted = sources.sorted { ($0.site, $0.source, $0.type) < ($1.site, $1.source, $1.type) }
            statements.append(
                PostgresStatement(
                    "INSERT INTO sources SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING",
                    [.texts(sorted.map(\.site)), .texts(sorted.map(\.source)), .texts(sorted.map(\.type))]))
        }
        return statements
    }

    private static func inserting(_ changes: [IngestPlan.Change], _ prepared: PreparedMonths) -> [PostgresStatement] {
        let identity = identity(changes)
        return [
            PostgresStatement("INSERT INTO event_ids (id, ts, rev) SELECT * FROM unnest($1, $2, $3)", identity),
            PostgresStatement(
                """
                INSERT INTO events (id, ts, rev, node, site, source_id, type, severity, flags, body, received_at)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """, identity + filing(changes, prepared) + [.times(changes.map(\.receivedAt))]),
        ]
    }

    /// What a person did to an event, and when it first came, outlive its revisions.
    private static func updating(_ changes: [IngestPlan.Change], _ prepared: PreparedMonths) -> [PostgresStatement] {
        let identity = identity(changes)
        return [
            PostgresStatement(
                "UPDATE event_ids i SET rev = new.rev FROM unnest($1, $2, $3) AS new (id, ts, rev) WHERE i.id = new.id", identity),
            PostgresStatement(
                """
                UPDATE events e SET rev = new.rev, node = new.node, site = new.site, source_id = new.source_id, type = new.type,
                    severity = new.severity, flags = new.flags, body = new.body
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                    AS new (id, ts, rev, node, site, source_id, type, severity, flags, body)
                WHERE e.ts = new.ts AND e.id = new.id
                """, identity + filing(changes, prepared)),
        ]
    }

    private static func identity(_ changes: [IngestPlan.Change]) -> [PostgresValue] {
        [.ids(changes.map(\.event.id)), .times(changes.map(\.event.ts)), .int8s(changes.map(\.event.rev))]
    }

    private static func filing(_ changes: [IngestPlan.Change], _ prepared: PreparedMonths) -> [PostgresValue] {
        [
            .texts(changes.map(\.event.node)), .texts(changes.map(\.event.site)), .texts(changes.map(\.event.sourceID)),
            .texts(changes.map(\.event.type)), .int2s(changes.map { Int16($0.event.severity.rawValue) }),
            .int2s(changes.map { EventFlags($0.event, prepared: prepared).rawValue }), .textsBytes(changes.map(\.event.body)),
        ]
    }

    static func quarantineStatement(_ elements: [QuarantinedElement]) -> PostgresStatement {
        let elements = elements.map(\.storable)
        return PostgresStatement(
            """
            INSERT INTO quarantine (node, epoch, seq, why, body, digest, received_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
            """,
            [
                .texts(elements.map(\.node)), .optionalTexts(elements.map(\.epoch)), .optionalInt8s(elements.map(\.seq)),
                .texts(elements.map(\.why)), .byteas(elements.map(\.body)), .int8s(elements.map(\.digest)),
                .times(elements.map(\.receivedAt)),
            ])
    }
}
