import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func verdict(on event: EventID) async throws(StoreError) -> EventVerdict? {
        let rows = try await query("SELECT kind, account, said_at FROM verdicts WHERE event_id = $1", [.id(event)])
        guard rows.count == 1, let kind = EventVerdict.Kind(rawValue: rows.text(0, 0)) else { return nil }
        return EventVerdict(kind: kind, saidBy: rows.text(0, 1), saidAt: rows.time(0, 2))
    }

    package func setVerdict(_ verdict: EventVerdict, on event: EventID) async throws(StoreError) -> Bool {
        let id = PostgresValue.id(event)
        var statements = [
            PostgresStatement("BEGIN"), PostgresStatement("SELECT 1 FROM event_ids WHERE id = $1 FOR UPDATE", [id]),
            PostgresStatement(
                """
                INSERT INTO verdicts (event_id, kind, account, said_at) SELECT id, $2, $3, $4 FROM event_ids WHERE id = $1
                ON CONFLICT (event_id) DO UPDATE SET kind = excluded.kind, account = excluded.account, said_at = excluded.said_at
                """, [id, .text(verdict.kind.rawValue), .text(verdict.saidBy), .time(verdict.saidAt)]),
            Self.acknowledgement(of: event, by: verdict.saidBy, at: verdict.saidAt),
        ]
        if verdict.kind == .misread {
            statements += Self.emptyPortraits(of: .ids([event]), at: verdict.saidAt)
            statements += [
                PostgresStatement("DELETE FROM gallery WHERE event_id = $1", [id]),
                PostgresStatement("INSERT INTO feed_pending (event_id, event_ts) SELECT id, ts FROM event_ids WHERE id = $1", [id]),
            ]
        }
        let all = statements + [PostgresStatement("COMMIT")]
        return try await callInTurn { (connection) throws(PostgresError) in try connection.run(all)[1].count == 1 }
    }

    package func isInGallery(_ event: EventID) async throws(StoreError) -> Bool {
        try await query("SELECT 1 FROM gallery WHERE event_id = $1", [.id(event)]).count > 0
    }

    package func deleteVerdict(on event: EventID) async throws(StoreError) {
        _ = try await query("DELETE FROM verdicts WHERE event_id = $1", [.id(event)])
    }
}
