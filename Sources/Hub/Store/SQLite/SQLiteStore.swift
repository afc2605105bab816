import Base
import Foundation
import GRDB
import Synchronization

/// The embedded store: one file, one hub. WAL with `synchronous=FULL`, one writing connection, which alone does checkpoints.
package final class SQLiteStore: HubStore {
    let pool: DatabasePool
    let clock: any WallClock
    /// Triples of site, source and type that are known to stand in `sources`.
    let knownSources = Mutex<Set<SourceTriple>>([])
    private let closed = Atomic<Bool>(false)

    private init(pool: DatabasePool, clock: any WallClock) {
        self.pool = pool
        self.clock = clock
    }

    /// Opens the file, makes it (mode 0600) where it is missing, and brings its schema up to date.
    ///
    /// - Throws: `StoreError.schema` where a newer program has been at work, `StoreError.unavailable` where the file cannot be used.
    package static func open(path: String) async throws(StoreError) -> SQLiteStore {
        try await open(path: path, clock: SystemClock(), schema: SQLiteMigrations.latest)
    }

    /// - Parameters:
    ///   - clock: The clock of leases and upkeep.
    ///   - schema: How far to migrate; tests stop on the way.
    static func open(path: String, clock: any WallClock, schema: Int) async throws(StoreError) -> SQLiteStore {
        let pool: DatabasePool
        do {
            if !FileManager.default.fileExists(atPath: path) {
                // Made before SQLite does, which gives its write-ahead log the rights of the file.
                guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                    throw StoreError(.unavailable, "cannot make \(path): check that its folder exists and is writable")
                }
            }
            var configuration = Configuration()
            configuration.label = "store"
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            configuration.foreignKeysEnabled = true
            pool = try DatabasePool(path: path, configuration: configuration)
            try await pool.writeWithoutTransaction { db in
                // GRDB sets NORMAL in WAL mode after opening: set again and read back, for a commit must survive a power cut.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // What is deleted is overwritten: somebody may have a right to be forgotten.
                try db.execute(sql: "PRAGMA secure_delete = ON")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2,
                    try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
                else {
                    throw StoreError(.unavailable, "SQLite does not take synchronous=FULL with a write-ahead log on this file system")
                }
                try SQLiteMigrations.run(db, to: schema)
            }
        } catch { throw StoreError(sqlite: error) }
        return SQLiteStore(pool: pool, clock: clock)
    }

    package func ping() async throws(StoreError) {
        _ = try await read { try Int.fetchOne($0, sql: "SELECT one FROM feed_state") }
    }

    package func close() async {
        guard closed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else { return }
        // A reader that is still busy keeps the file open until it is done; nothing is lost by that.
        try? pool.close()
    }

    /// Runs in a transaction on the writing connection.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
        try ensureOpen()
        do { return try await pool.write(body) } catch { throw StoreError(sqlite: error) }
    }

    /// Runs on a reading connection, in one snapshot.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
        try ensureOpen()
        do { return try await pool.read(body) } catch { throw StoreError(sqlite: error) }
    }

    private func ensureOpen() throws(StoreError) {
        if closed.load(ordering: .acquiring) { throw StoreError(.closed, "the store has been closed") }
    }
}
