import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct PostgresConnectionTests {
    private func connect(_ url: String? = nil) async throws -> PostgresConnection {
        let address: String
        if let url { address = url } else { address = try await PostgresCluster.shared().makeDatabase() }
        let connection = PostgresConnection(PostgresConfiguration(url: address, applicationName: "test"))
        try await connection.open()
        return connection
    }

    @Test func `Every kind of parameter comes back as it went`() async throws {
        let connection = try await connect()
        let rows = try await connection.run(
            "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10",
            [
                .bool(true), .int2(-2), .int8(.min), .text("ä'\\"), .bytea([0, 255]), .uuid(high: 1, low: .max), .timestamp(-1),
                .text(""), .bytea([]), .null,
            ])
        #expect(rows.count == 1)
        #expect(rows.bool(0, 0))
        #expect(rows.int(0, 1) == -2)
        #expect(rows.int(0, 2) == .min)
        #expect(rows.text(0, 3) == "ä'\\")
        #expect(rows.bytes(0, 4) == [0, 255])
        #expect(rows.uuid(0, 5) == (high: 1, low: .max))
        #expect(rows.timestamp(0, 6) == -1)
        #expect(rows.optionalText(0, 7) == "")
        #expect(rows.bytes(0, 8) == [])
        #expect(rows.isNull(0, 9))
        #expect(rows.optionalText(0, 9) == nil)
        #expect(try await connection.run("SELECT $1", [.null]).isNull(0, 0))
        await connection.close()
    }

    @Test func `Arrays of every kind come back element by element`() async throws {
        let connection = try await connect()
        let rows = try await connection.run(
            "SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY ORDER BY 10",
            [
                .int2s([1, -1]), .int8s([.max, 0]), .optionalInt8s([nil, 7]), .texts(["", "b"]), .optionalTexts([nil, "c"]),
                .textsBytes([[97], []]), .byteas([[0], []]), .uuids([(1, 2), (3, 4)]), .timestamps([0, 1]),
            ])
        #expect(rows.count == 2)
        #expect(rows.int(1, 0) == -1)
        #expect(rows.int(0, 1) == .max)
        #expect(rows.optionalInt(0, 2) == nil)
        #expect(rows.optionalInt(1, 2) == 7)
        #expect(rows.text(0, 3) == "")
        #expect(rows.optionalText(0, 4) == nil)
        #expect(rows.optionalText(1, 4) == "c")
        #expect(rows.text(0, 5) == "a")
        #expect(rows.bytes(0, 6) == [0])
        #expect(rows.uuid(1, 7) == (high: 3, low: 4))
        #expect(rows.timestamp(1, 8) == 1)
        #expect(try await connection.run("SELECT * FROM unnest($1)", [.texts([])]).count == 0)
        await connection.close()
    }

    @Test func `A pipeline is one transaction, and its first failure is told`() async throws {
        let connection = try await connect()
        try await connection.script("CREATE TABLE t (n bigint PRIMARY KEY CHECK (n < 100))")
        let insert = "INSERT INTO t VALUES ($1)"
        let answers = try await connection.run([
            PostgresStatement(insert, [.int8(1)]), PostgresStatement(insert, [.int8(2)]), PostgresStatement("SELECT n FROM t ORDER BY n"),
        ])
        #expect(answers.map(\.affected) == [1, 1, 2])
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run([
                PostgresStatement(insert, [.int8(3)]), PostgresStatement(insert, [.int8(1)]), PostgresStatement(insert, [.int8(4)]),
            ])
        }
        #expect(error?.sqlState == "23505")
        #expect(error?.constraint == "t_pkey")
        #expect(error?.lostRace ?? false)
        #expect(try await connection.run("SELECT count(*) FROM t").int(0, 0) == 2)
        #expect(await connection.isUsable)
        await connection.close()
    }

    @Test func `What could not be prepared is prepared again later`() async throws {
        let connection = try await connect()
        let select = "SELECT n FROM later WHERE n = $1"
        for _ in 0..<2 {
            let error = await #expect(throws: PostgresError.self) { try await connection.run(select, [.int8(1)]) }
            #expect(error?.sqlState == "42P01")
        }
        try await connection.script("CREATE TABLE later (n bigint); INSERT INTO later VALUES (1)")
        #expect(try await connection.run(select, [.int8(1)]).int(0, 0) == 1)
        await connection.close()
    }

    @Test func `Answers larger than any buffer arrive whole`() async throws {
        let connection = try await connect()
        let text = String(repeating: "x", count: 3_000_000)
        let answers = try await connection.run((0..<5).map { _ in PostgresStatement("SELECT $1", [.text(text)]) })
        #expect(answers.allSatisfy { $0.text(0, 0).utf8.count == 3_000_000 })
        await connection.close()
    }

    @Test(arguments: [
        "postgres://vigilar:geheim@127.0.0.1:1/none", "postgres://vigilar:geheim@127.0.0.1:port/none", "postgres:/vigilar:geheim", "geheim",
    ])
    func `A connection string that leads nowhere is told without its secret`(_ url: String) async throws {
        let connection = PostgresConnection(PostgresConfiguration(url: url, applicationName: "test"))
        let error = await #expect(throws: PostgresError.self) { try await connection.open() }
        #expect(error?.code == .connection)
        #expect(error?.description.contains("geheim") == false, "\(String(describing: error))")
    }

    @Test func `A refused value is told without the value`() async throws {
        let connection = try await connect()
        let error = await #expect(throws: PostgresError.self) { try await connection.run("SELECT $1::text::uuid", [.text("geheim")]) }
        #expect(error?.sqlState == "22P02")
        #expect(error?.description.contains("geheim") == false)
        await connection.close()
    }

    @Test func `A connection that the server ended is told as such and opens again`() async throws {
        let url = try await PostgresCluster.shared().makeDatabase()
        let connection = try await connect(url)
        let other = try await connect(url)
        let pid = try await connection.run("SELECT pg_backend_pid()::bigint").int(0, 0)
        _ = try await other.run("SELECT pg_terminate_backend($1::int8::int)", [.int8(pid)])
        let error = await #expect(throws: PostgresError.self) {
            while true { _ = try await connection.run("SELECT 1") }
        }
        #expect(error?.code == .connection)
        #expect(await connection.isUsable == false)
        try await connection.open()
        #expect(try await connection.run("SELECT 1::bigint").int(0, 0) == 1)
        await connection.close()
        await other.close()
    }

    @Test func `A server that is frozen costs the time limit and no more`() async throws {
        let cluster = try await PostgresCluster.start(durable: false)
        let connection = try await connect(try await cluster.makeDatabase())
        await cluster.freeze(true)
        let error = await #expect(throws: PostgresError.self) { try await connection.run("SELECT 1", timeout: 0.2) }
        #expect(error?.code == .connection)
        #expect(await connection.isUsable == false)
        await cluster.freeze(false)
        await cluster.stop()
    }
}
