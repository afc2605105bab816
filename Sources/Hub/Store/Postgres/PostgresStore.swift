import Base
import Postgres
import Synchronization

/// The store of an installation with a database server, shared by any number of hub replicas.
package final class PostgresStore: HubStore {
    let pool: PostgresPool
    /// Months that have a partition, as of the last look. Another replica may have made more: that costs a flag, nothing else.
    let prepared = Mutex(PreparedMonths([]))
    /// Triples of site, source and type that are known to stand in `sources`.
    let knownSources = Mutex<Set<SourceTriple>>([])
    private let closed = Atomic<Bool>(false)

    private init(pool: PostgresPool) { self.pool = pool }

    /// Connects, brings the schema up to date and makes the months' partitions. Replicas may do so at the same moment.
    ///
    /// - Parameter url: A connection string as libpq takes it.
    /// - Throws: `StoreError.schema` where a newer program has been at work, `StoreError.unavailable` where the server does not answer.
    package static func open(url: String) async throws(StoreError) -> PostgresStore {
        try await open(configuration(url: url), connections: 4, schema: PostgresMigrations.latest)
    }

    static func configuration(url: String) -> PostgresConfiguration {
        var configuration = PostgresConfiguration(url: url, applicationName: "vigilar-hub")
        // Every join of ours follows an index from a few rows. Left to estimate, the planner now and then reads whole months instead.
        configuration.settings = ["enable_hashjoin = off", "enable_mergejoin = off"]
        return configuration
    }

    /// - Parameters:
    ///   - connections: How many connections, each with a thread, to use at most.
    ///   - schema: How far to migrate; tests stop on the way.
    static func open(
        _ configuration: PostgresConfiguration, connections: Int, schema: Int
    ) async throws(StoreError) -> PostgresStore {
        let store = PostgresStore(pool: PostgresPool(configuration, size: connections))
        do {
            try await store.call { (connection) throws(PostgresError) in try Self.migrate(connection, to: schema) }.get()
            if schema == PostgresMigrations.latest { _ = try await store.makePartitions(around: SystemClock().now) }
            return store
        } catch {
            await store.close()
            throw error
        }
    }

    package func ping() async throws(StoreError) {
        _ = try await call { (connection) throws(PostgresError) in try connection.run("SELECT 1", timeout: 3) }
    }

    package func close() async {
        guard closed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else { return }
        await pool.close()
    }

    /// Runs on a connection's thread.
    func call<Value: Sendable>(
        _ body: @Sendable (isolated PostgresConnection) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        if closed.load(ordering: .acquiring) { throw StoreError(.closed, "the store has been closed") }
        do { return try await pool.withConnection(body) } catch { throw StoreError(postgres: error) }
    }

    /// How often a transaction is run again that lost a race against another replica's.
    private static let attempts = 20

    /// Runs a whole transaction on a connection's thread, again while another replica's wins the race for the same rows.
    ///
    /// - Parameter constraint: The key at which two that add the same meet. Violating any other one is the caller's fault, and thrown.
    func callInTurn<Value: Sendable>(
        meetingAt constraint: String? = nil, _ body: @Sendable (isolated PostgresConnection) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await call { (connection) throws(PostgresError) in
            for _ in 1..<Self.attempts {
                do throws(PostgresError) { return try body(connection) } catch {
                    guard error.lostRace, error.constraint == nil || error.constraint == constraint else { throw error }
                    connection.rollBack()
                }
            }
            return try body(connection)
        }
    }

    /// Runs SQL text as it is: the schema's and the tests' own.
    func script(_ sql: String) async throws(StoreError) {
        try await call { (connection) throws(PostgresError) in try connection.script(sql) }
    }

    // MARK: Schema

    /// Any number that nobody else uses: it keeps replicas from migrating at the same time.
    private static let migrationLock: Int64 = 0x5669_6769_6c61_72

    /// Answers with a failure where the database is a newer program's.
    private static func migrate(
        _ connection: isolated PostgresConnection, to target: Int
    ) throws(PostgresError) -> Result<Void, StoreError> {
        try connection.script("BEGIN; SET LOCAL lock_timeout = '120s'; SET LOCAL statement_timeout = 0")
        // Released with the transaction. All steps are one transaction: a replica sees the schema before them or after them.
        _ = try connection.run("SELECT pg_advisory_xact_lock($1)", [.int8(migrationLock)], timeout: 120)
        try connection.script("CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL)")
        let rows = try connection.run("SELECT version FROM schema_version")
        let version = rows.count > 0 ? Int(rows.int(0, 0)) : 0
        let latest = PostgresMigrations.latest
        guard version <= latest else {
            return .failure(StoreError(.schema, "the database has schema \(version), this program knows \(latest): upgrade vigilar-hub"))
        }
        if version < target {
            for step in version..<target { try connection.script(PostgresMigrations.steps[step], timeout: 3600) }
            try connection.script("DELETE FROM schema_version; INSERT INTO schema_version VALUES (\(target))")
        }
        try connection.script("COMMIT")
        return .success(())
    }
}
