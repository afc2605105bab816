import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct PostgresPoolTests {
    private func pool(_ url: String, size: Int) -> PostgresPool {
        PostgresPool(PostgresConfiguration(url: url, applicationName: "test"), size: size)
    }

    @Test func `Calls beyond the connections wait for their turn`() async throws {
        let pool = pool(try await PostgresCluster.shared().makeDatabase(), size: 2)
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await pool.withConnection { (connection) throws(PostgresError) in
                        try connection.run("SELECT $1, pg_sleep(0.01)", [.int8(Int64(number))]).int(0, 0)
                    }
                }
            }
            var seen: Set<Int64> = []
            for try await number in group { seen.insert(number) }
            #expect(seen.count == 20)
        }
        let connections = try await pool.withConnection { (connection) throws(PostgresError) in
            try connection.run("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()").int(0, 0)
        }
        #expect(connections <= 2)
        await pool.close()
        await #expect(throws: PostgresError.self) { try await pool.withConnection { (_) throws(PostgresError) in } }
    }

    @Test func `A transaction that a call leaves open is rolled back`() async throws {
        let pool = pool(try await PostgresCluster.shared().makeDatabase(), size: 1)
        try await pool.withConnection { (connection) throws(PostgresError) in
            try connection.script("CREATE TABLE t (n bigint)")
            try connection.script("BEGIN; INSERT INTO t VALUES (1)")
        }
        let count = try await pool.withConnection { (connection) throws(PostgresError) in
            try connection.script("COMMIT")
            return try connection.run("SELECT count(*) FROM t").int(0, 0)
        }
        #expect(count == 0)
        await pool.close()
    }

    @Test func `After the server was killed the pool connects again by itself`() async throws {
        let cluster = try await PostgresCluster.start(durable: false)
        let pool = pool(try await cluster.makeDatabase(), size: 1)
        let one = PostgresStatement("SELECT 1::bigint")
        func ask() async throws -> Int64 {
            try await pool.withConnection { (connection) throws(PostgresError) in try connection.run([one])[0].int(0, 0) }
        }
        #expect(try await ask() == 1)
        await cluster.kill()
        let error = await #expect(throws: PostgresError.self) { while true { _ = try await ask() } }
        #expect(error?.code == .connection)
        try await cluster.start()
        try await eventually("the pool is back") { (try? await ask()) == 1 }
        await pool.close()
        await cluster.stop()
    }
}
