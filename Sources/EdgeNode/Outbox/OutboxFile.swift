import Base
import Foundation
import GRDB
import Protocol

/// The SQLite file behind an `Outbox`: one connection, every call blocks, one thread at a time.
///
/// Not `Sendable` on purpose: it lives inside the actor, on that one's thread.
final class OutboxFile {
    let configuration: OutboxConfiguration
    let capacity: OutboxCapacity
    let database: DatabaseQueue
    var state: OutboxState

    /// Opens the file, makes it where there is none, and moves its rows to a new epoch where the node was renamed.
    init(_ configuration: OutboxConfiguration, now: Timestamp) throws {
        self.configuration = configuration
        capacity = OutboxCapacity(maximum: configuration.maximumEvents)
        let manager = FileManager.default
        if !manager.fileExists(atPath: configuration.path) {
            guard manager.createFile(atPath: configuration.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                throw OutboxError.storage(code: 14, message: "cannot create the file")
            }
        }
        try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: configuration.path)
        var settings = Configuration()
        settings.busyMode = .timeout(5)
        settings.label = "outbox"
        let database = try DatabaseQueue(path: configuration.path, configuration: settings)
        self.database = database
        try database.writeWithoutTransaction { db in
            // After opening: GRDB would undo them if they were set while it prepares the connection.
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4000")
            try Self.check(db, "journal_mode", is: "wal")
            try Self.check(db, "synchronous", is: "2")
        }
        let (state, node) = try database.write { db in
            try OutboxSchema.migrate(db, node: configuration.node)
            return try OutboxSchema.load(db)
        }
        self.state = state
        if node != configuration.node { try startNewEpoch(stale: state.epoch) }
    }

    private static func check(_ db: Database, _ name: String, is wanted: String) throws {
        let found = try String.fetchOne(db, sql: "PRAGMA \(name)") ?? ""
        guard found == wanted else { throw OutboxError.setting(name: name, wanted: wanted, found: found) }
    }

    /// Runs one transaction over the file and the state; if it fails, neither has changed.
    func transaction<T>(_ body: (Database, inout OutboxState) throws -> T) throws -> T {
        var next = state
        let result = try database.write { db in
            let result = try body(db, &next)
            try OutboxSchema.save(next, db)
            return result
        }
        state = next
        return result
    }

    /// Closes the connection, so that the file can be moved.
    func close() { try? database.close() }
}
