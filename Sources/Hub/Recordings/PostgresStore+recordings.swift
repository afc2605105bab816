package import Base
import Postgres
package import Protocol
package import Recording

extension PostgresStore {
    package func putSegment(_ record: SegmentRecord, at time: Timestamp) async throws(StoreError) -> SegmentOutcome {
        // Whoever sends another index of the segment locks the camera as well, and so does who moves or releases it. What is asked after that
        // sees what they committed.
        try await callInTurn(meetingAt: "segments_pkey") { (connection) throws(PostgresError) -> SegmentOutcome in
            let answers = try connection.run([
                PostgresStatement("BEGIN"), Self.lock(record.camera),
                PostgresStatement(
                    "SELECT node, camera, state, file_length, octet_length(body), class FROM segments WHERE id = $1", [.id(record.id)]),
                PostgresStatement("SELECT node FROM deletions WHERE id = $1 AND node <> $2", [.id(record.id), .text(record.node)]),
            ])
            let (owners, rows) = (answers[1], answers[2])
            let present =
                rows.count == 0
                ? nil
                : StoredSegment(
                    node: rows.text(0, 0), camera: rows.text(0, 1),
                    // A state that cannot be is no reason to keep the row.
                    progress: SegmentProgress(
                        state: Self.state(rows.int(0, 2)) ?? .open, fileLength: rows.int(0, 3), indexLength: Int(rows.int(0, 4))),
                    kept: Self.kept(rows, 0, 5))
            var outcome = SegmentOutcome(owner: owners.count == 0 ? nil : owners.text(0, 0), present: present, record: record)
            // The id of another node's segment that somebody has deleted is no free one.
            if outcome == .stored, answers[3].count > 0 { outcome = .foreign }
            guard outcome == .stored else {
                connection.rollBack()
                return outcome
            }
            if try connection.run([Self.setAside(record)])[0].affected > 0 {
                _ = try connection.run([PostgresStatement("COMMIT")])
                return .kept
            }
            // An id that another camera's segment takes at this moment makes the insert fail, and the transaction run again.
            let sql =
                present == nil
                ? """
                INSERT INTO segments (id, node, site, camera, track, started_at, ended_at, file_length, state, received_at, body, class)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """
                : """
                UPDATE segments SET site = $3, track = $5, started_at = $6, ended_at = $7, file_length = $8, state = $9, received_at = $10,
                    body = $11, class = coalesce($12, class) WHERE id = $1 AND node = $2 AND camera = $4
                """
            _ = try connection.run([
                PostgresStatement(
                    sql,
                    [
                        .id(record.id), .text(record.node), .text(record.site), .text(record.camera), .text(record.track.rawValue),
                        .time(record.start), .time(record.end), .int8(record.fileLength), .int2(Int16(record.state.rawValue)), .time(time),
                        .bytea(record.index), record.kept.map { .text($0.rawValue) } ?? .null,
                    ])
            ])
            let compare = record.kept.map { [Self.compareStar(record.id, $0)] } ?? []
            _ = try connection.run(compare + [PostgresStatement("COMMIT")])
            return outcome
        }
    }

    package func removeSegments(_ ids: [EventID], of node: String) async throws(StoreError) {
        // Locked in order, as whoever stars them does: nobody waits for one who waits for him.
        _ = try await callInTurn { (connection) throws(PostgresError) in
            try connection.run(
                """
                WITH going AS (SELECT id FROM segments WHERE id = ANY ($1) AND node = $2 ORDER BY id FOR UPDATE)
                DELETE FROM segments WHERE id IN (SELECT id FROM going)
                """, [.ids(ids), .text(node)])
        }
    }

    package func segment(_ id: EventID) async throws(StoreError) -> SegmentRecord? {
        let rows = try await query("\(Self.selectSegment) WHERE id = $1", [.id(id)])
        return rows.count == 1 ? Self.segmentRecord(rows, 0) : nil
    }

    package func segments(
        camera: String, track: SegmentTrack, from: Timestamp, to: Timestamp, limit: Int
    ) async throws(StoreError) -> [SegmentRecord] {
        let rows = try await query(
            """
            \(Self.selectSegment) WHERE camera = $1 AND track = $2 AND started_at > $3 AND started_at < $4 AND ended_at > $5
            ORDER BY started_at, id LIMIT $6
            """,
            [
                .text(camera), .text(track.rawValue), .time(SegmentQuery.earliestStart(reaching: from)), .time(to), .time(from),
                .int8(Int64(max(0, limit))),
            ])
        return (0..<rows.count).compactMap { Self.segmentRecord(rows, $0) }
    }

    package func segmentSummaries(_ query: SegmentQuery) async throws(StoreError) -> [SegmentSummary] {
        let (conditions, parameters) = Self.conditions(query)
        let rows = try await self.query(
            """
            SELECT \(Self.summaryColumns) FROM \(Self.withStars) \(conditions) ORDER BY started_at DESC, id DESC LIMIT $\(parameters.count + 1)
            """, parameters + [.int8(Int64(max(0, query.limit)))])
        return (0..<rows.count).compactMap { Self.segmentSummary(rows, $0) }
    }

    /// What a query asks of rows that have a segment's id, place and times, beginning with `WHERE` where it asks for something.
    static func conditions(_ query: SegmentQuery) -> (sql: String, parameters: [PostgresValue]) {
        var conditions: [String] = []
        var parameters: [PostgresValue] = []
        func next(_ value: PostgresValue) -> String {
            parameters.append(value)
            return "$\(parameters.count)"
        }
        if case .limited(let sites, let cameras) = query.scope {
            conditions.append("(site = ANY (\(next(.texts(sites.sorted())))) OR camera = ANY (\(next(.texts(cameras.sorted())))))")
        }
        if let camera = query.camera { conditions.append("camera = \(next(.text(camera)))") }
        if let from = query.from {
            conditions.append("started_at > \(next(.time(SegmentQuery.earliestStart(reaching: from))))")
            conditions.append("ended_at > \(next(.time(from)))")
        }
        if let to = query.to { conditions.append("started_at < \(next(.time(to)))") }
        if let before = query.before {
            conditions.append("(started_at, id) < (\(next(.time(before.start))), \(next(.id(before.id))))")
        }
        return (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "), parameters)
    }

    private static let summaryColumns = """
        id, node, site, camera, track, started_at, ended_at, file_length, state, class, wanted::int::smallint, settled::int::smallint, why,
        changed_at, changed_by
        """
    private static let withStars = "segments LEFT JOIN stars ON segment = id"
    private static let selectSegment = "SELECT \(summaryColumns), body FROM \(withStars)"

    private static func kept(_ rows: PostgresRows, _ row: Int, _ column: Int) -> RetentionClass? {
        rows.optionalText(row, column).flatMap { RetentionClass(rawValue: $0) }
    }

    private static func state(_ number: Int64) -> SegmentIndex.State? { UInt8(exactly: number).flatMap(SegmentIndex.State.init) }

    /// Nil for a row that says nothing that this program knows; `check` names it.
    private static func segmentSummary(_ rows: PostgresRows, _ row: Int) -> SegmentSummary? {
        guard let track = SegmentTrack(rawValue: rows.text(row, 4)), let state = state(rows.int(row, 8)) else { return nil }
        return SegmentSummary(
            id: rows.id(row, 0), node: rows.text(row, 1), site: rows.text(row, 2), camera: rows.text(row, 3), track: track,
            start: rows.time(row, 5), end: rows.time(row, 6), fileLength: rows.int(row, 7), state: state,
            kept: kept(rows, row, 9), star: star(rows, row, 10))
    }

    private static func segmentRecord(_ rows: PostgresRows, _ row: Int) -> SegmentRecord? {
        segmentSummary(rows, row).map { SegmentRecord($0, index: rows.bytes(row, 15)) }
    }

    static func checkSegments(_ connection: isolated PostgresConnection) throws(PostgresError) -> [String] {
        var findings = SegmentFindings()
        findings.strays = try connection.run(SegmentFindings.strays, timeout: checkPatience).int(0, 0)
        try connection.script("DECLARE every_segment NO SCROLL CURSOR FOR \(selectSegment)")
        while true {
            let rows = try connection.run("FETCH 100 FROM every_segment", timeout: checkPatience)
            if rows.count == 0 { return findings.lines }
            for row in 0..<rows.count { findings.look(segmentRecord(rows, row), id: rows.id(row, 0)) }
        }
    }
}
