import Base
import Foundation
import GRDB
import Protocol
import TestSupport
import Testing

@testable import Hub

/// What only the SQLite adapter promises.
@Suite struct SQLiteStoreTests {
    @Test func `The file is private and every commit reaches the disk`() async throws {
        let directory = try TemporaryDirectory("store")
        let store = try await SQLiteStore.open(path: directory.path("hub.sqlite"))
        var maker = EventMaker()
        _ = try await store.ingest(maker.batch([try maker.event()]))
        for name in ["hub.sqlite", "hub.sqlite-wal"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.path(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        #expect(try await store.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }

    @Test(arguments: 0..<SQLiteMigrations.latest)
    func `A database of each earlier version is brought up to date`(_ version: Int) async throws {
        let directory = try TemporaryDirectory("store")
        let path = directory.path("hub.sqlite")
        let old = try await SQLiteStore.open(path: path, clock: SystemClock(), schema: version)
        #expect(try await old.write { try Int.fetchOne($0, sql: "PRAGMA user_version") } == version)
        if version >= 1 { try await old.upsertNode(NodeRecord(name: "porch", site: "home", addedAt: EventMaker.noon)) }
        await old.close()
        let store = try await SQLiteStore.open(path: path)
        #expect(try await store.nodes().count == (version >= 1 ? 1 : 0))
        let added = FleetNode(name: "porch", site: "home", addedAt: EventMaker.noon)
        #expect(try await store.fleetNodes() == (version >= 1 ? [added] : []))
        var maker = EventMaker()
        #expect(try await store.ingest(maker.batch([try maker.event()])).committed.count == 1)
        #expect(try await store.check() == [])
    }

    @Test func `A database of a newer program is left alone`() async throws {
        let directory = try TemporaryDirectory("store")
        let path = directory.path("hub.sqlite")
        let store = try await SQLiteStore.open(path: path)
        try await store.write { try $0.execute(sql: "PRAGMA user_version = 999") }
        await store.close()
        let error = await #expect(throws: StoreError.self) { try await SQLiteStore.open(path: path) }
        #expect(error?.code == .schema)
        #expect(error?.message.contains("upgrade") ?? false)
    }

    @Test func `A folder that is not there is told, not trapped on`() async throws {
        let directory = try TemporaryDirectory("store")
        let error = await #expect(throws: StoreError.self) { try await SQLiteStore.open(path: directory.path("none/hub.sqlite")) }
        #expect(error?.code == .unavailable)
    }
}
