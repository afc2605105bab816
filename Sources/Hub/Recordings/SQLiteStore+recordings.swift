package import Base
import Foundation
import GRDB
package import Protocol
package import Recording

extension SQLiteStore {
    package func putSegment(_ record: SegmentRecord, at time: Timestamp) async throws(StoreError) -> SegmentOutcome {
        try await write { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT node, camera, state, file_length, length(body), class FROM segments WHERE id = ?",
                arguments: [record.id.blob])
            let present = row.map { row in
                StoredSegment(
                    node: row[0], camera: row[1],
                    // A state that cannot be is no reason to keep the row.
                    progress: SegmentProgress(
                        state: SegmentIndex.State(rawValue: row[2]) ?? .open, fileLength: row[3], indexLength: row[4]),
                    kept: Self.kept(row[5]))
            }
            let owner = try String.fetchOne(db, sql: "SELECT node FROM cameras WHERE id = ?", arguments: [record.camera])
            let outcome = SegmentOutcome(owner: owner, present: present, record: record)
            guard outcome == .stored else { return outcome }
            if try Self.isDeletedElsewhere(record, db) { return .foreign }
            if try Self.setAside(record, db) { return .kept }
            try db.execute(
                sql: """
                    INSERT INTO segments (id, node, site, camera, track, started_at, ended_at, file_length, state, received_at, body, class)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET site = excluded.site, track = excluded.track, started_at = excluded.started_at,
                        ended_at = excluded.ended_at, file_length = excluded.file_length, state = excluded.state,
                        received_at = excluded.received_at, body = excluded.body, class = ifnull(excluded.class, class)
                    """,
                arguments: [
                    record.id.blob, record.node, record.site, record.camera, record.track.rawValue, record.start.microseconds,
                    record.end.microseconds, record.fileLength, record.state.rawValue, time.microseconds, Data(record.index),
                    record.kept?.rawValue,
                ])
            if let kept = record.kept { try Self.compareStar(record.id, kept, db) }
            return outcome
        }
    }

    package func removeSegments(_ ids: [EventID], of node: String) async throws(StoreError) {
        try await write { db in
            for id in ids {
                try db.execute(sql: "DELETE FROM segments WHERE id = ? AND node = ?", arguments: [id.blob, node])
            }
        }
    }

    package func segment(_ id: EventID) async throws(StoreError) -> SegmentRecord? {
        try await read { db in
            try Row.fetchOne(db, sql: "\(Self.selectSegment) WHERE id = ?", arguments: [id.blob]).flatMap(Self.segmentRecord)
        }
    }

    package func segments(
        camera: String, track: SegmentTrack, from: Timestamp, to: Timestamp, limit: Int
    ) async throws(StoreError) -> [SegmentRecord] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    \(Self.selectSegment) WHERE camera = ? AND track = ? AND started_at > ? AND started_at < ? AND ended_at > ?
                    ORDER BY started_at, id LIMIT ?
                    """,
                arguments: [
                    camera, track.rawValue, SegmentQuery.earliestStart(reaching: from).microseconds, to.microseconds, from.microseconds,
                    max(0, limit),
                ]
            ).compactMap(Self.segmentRecord)
        }
    }

    package func segmentSummaries(_ query: SegmentQuery) async throws(StoreError) -> [SegmentSummary] {
        try await read { db in
            let (conditions, arguments) = Self.conditions(query)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Self.summaryColumns) FROM \(Self.withStars) \(conditions) ORDER BY started_at DESC, id DESC LIMIT ?
                    """, arguments: arguments + [max(0, query.limit)]
            ).compactMap(Self.segmentSummary)
        }
    }

    /// What a query asks of rows that have a segment's id, place and times, beginning with `WHERE` where it asks for something.
    static func conditions(_ query: SegmentQuery) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        func add(_ condition: String, _ values: StatementArguments) {
            conditions.append(condition)
            arguments += values
        }
        if case .limited(let sites, let cameras) = query.scope {
            func list(_ values: Set<String>) -> String { values.map { _ in "?" }.joined(separator: ", ") }
            add("(site IN (\(list(sites))) OR camera IN (\(list(cameras))))", StatementArguments(sites.sorted() + cameras.sorted()))
        }
        if let camera = query.camera { add("camera = ?", [camera]) }
        if let from = query.from {
            add("started_at > ?", [SegmentQuery.earliestStart(reaching: from).microseconds])
            add("ended_at > ?", [from.microseconds])
        }
        if let to = query.to { add("started_at < ?", [to.microseconds]) }
        if let before = query.before { add("(started_at, id) < (?, ?)", [before.start.microseconds, before.id.blob]) }
        return (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "), arguments)
    }

    private static let summaryColumns = """
        id, node, site, camera, track, started_at, ended_at, file_length, state, class, wanted, settled, why, changed_at, changed_by
        """
    private static let withStars = "segments LEFT JOIN stars ON segment = id"
    private static let selectSegment = "SELECT \(summaryColumns), body FROM \(withStars)"

    private static func kept(_ name: String?) -> RetentionClass? { name.flatMap { RetentionClass(rawValue: $0) } }

    /// Nil for a row that says nothing that this program knows; `check` names it.
    private static func segmentSummary(_ row: Row) -> SegmentSummary? {
        guard let id = EventID(blob: row[0]), let track = SegmentTrack(rawValue: row[4]), let state = SegmentIndex.State(rawValue: row[8])
        else { return nil }
        return SegmentSummary(
            id: id, node: row[1], site: row[2], camera: row[3], track: track, start: Timestamp(microseconds: row[5]),
            end: Timestamp(microseconds: row[6]), fileLength: row[7], state: state, kept: kept(row[9]),
            star: star(row, 10))
    }

    private static func segmentRecord(_ row: Row) -> SegmentRecord? {
        segmentSummary(row).map { SegmentRecord($0, index: [UInt8](row[15] as Data)) }
    }

    static func checkSegments(_ db: Database) throws -> [String] {
        var findings = SegmentFindings()
        findings.strays = try Int64.fetchOne(db, sql: SegmentFindings.strays) ?? 0
        let rows = try Row.fetchCursor(db, sql: selectSegment)
        while let row = try rows.next() { findings.look(segmentRecord(row), id: EventID(blob: row[0])) }
        return findings.lines
    }
}
