import GRDB
import Postgres
import Testing

@testable import Hub

/// Only what lies in the data counts as refused: ingest quarantines that, and the node gives it up.
@Suite struct StoreErrorTests {
    @Test(
        arguments: [
            ("22003", .refused), ("22021", .refused), ("22P05", .refused), ("23502", .refused), ("23514", .refused), ("54000", .refused),
            ("23505", .unavailable), ("40001", .unavailable), ("25006", .unavailable), ("26000", .unavailable), ("53100", .unavailable),
            ("55P03", .unavailable), ("57014", .unavailable), ("57P01", .unavailable), ("58030", .unavailable), ("P0001", .unavailable),
            ("XX000", .unavailable), ("XX001", .unavailable), ("", .unavailable), ("42P01", .schema), ("3F000", .schema),
            ("28P01", .schema), ("0A000", .schema),
        ] as [(String, StoreError.Code)])
    func `PostgreSQL's classes of errors have a meaning, and unknown ones may pass`(_ state: String, _ code: StoreError.Code) {
        #expect(StoreError(postgres: PostgresError(.server(sqlState: state), "words")).code == code)
    }

    @Test(
        arguments: [
            (.SQLITE_CONSTRAINT, .refused), (.SQLITE_CONSTRAINT_CHECK, .refused), (.SQLITE_TOOBIG, .refused), (.SQLITE_MISMATCH, .refused),
            (.SQLITE_ERROR, .unavailable), (.SQLITE_INTERNAL, .unavailable), (.SQLITE_BUSY, .unavailable), (.SQLITE_FULL, .unavailable),
            (.SQLITE_IOERR, .unavailable), (.SQLITE_PROTOCOL, .unavailable), (.SQLITE_SCHEMA, .unavailable), (.SQLITE_RANGE, .unavailable),
            (.SQLITE_AUTH, .unavailable), (.SQLITE_NOLFS, .unavailable), (.SQLITE_CORRUPT, .schema), (.SQLITE_NOTADB, .schema),
            (.SQLITE_MISUSE, .closed),
        ] as [(ResultCode, StoreError.Code)])
    func `SQLite's results have a meaning, and unknown ones may pass`(_ result: ResultCode, _ code: StoreError.Code) {
        #expect(StoreError(sqlite: DatabaseError(resultCode: result, message: "words")).code == code)
    }

    @Test func `What is neither SQLite's nor the store's may pass`() {
        struct Other: Error {}
        #expect(StoreError(sqlite: Other()).code == .unavailable)
        #expect(StoreError(sqlite: StoreError(.schema, "words")).code == .schema)
    }
}
