package import Base
import Foundation
import GRDB
import Protocol
package import Recording
import Synchronization

/// The node's table of its segments and gaps: `library.sqlite` in the folder of the recordings. Every call blocks until it is done, and is
/// made on a thread that may wait.
///
/// Segments can be found again from their sidecars (`RecordingCheck`), and what is starred from the hub; gaps are known only here.
package final class RecordingLibrary: Sendable {
    package let folder: String
    private let database: DatabaseQueue
    let beingWritten = Mutex<Set<EventID>>([])
    let beingRead = Mutex<[EventID: Int]>([:])
    /// Has an element when there may be something that the hub is to be told, for whoever tells it.
    let news = Batcher<Void>(bound: 1)

    /// - Parameter folder: Of the recordings; made where it is missing.
    /// - Throws: `RecordingError`: `unsupported` for a version that this program does not know, `malformed` for a table that is damaged, `io`.
    package init(folder: String) throws {
        self.folder = folder
        do {
            // For good, before anything in it counts.
            try DurableFile.makeFolder(folder)
            try PrivateFile.makeFolder(URL(filePath: folder, directoryHint: .isDirectory))
            let path = Self.path(in: folder)
            var settings = Configuration()
            settings.busyMode = .timeout(5)
            settings.label = "library"
            database = try DatabaseQueue(path: path, configuration: settings)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            try database.writeWithoutTransaction { db in
                // After opening: GRDB would undo them if they were set while it prepares the connection.
                try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -2000")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                    throw RecordingError(.io, "\(path) does not wait for the disk: SQLite refused synchronous = FULL")
                }
            }
            try database.write(Self.migrate)
            // Damage that shows only when a row is wanted would stop a recording in the midst of it, hours later.
            try database.read { db in try Self.verify(db, "PRAGMA quick_check(3)") }
        } catch let error as RecordingError {
            throw error
        } catch let error as DatabaseError where Self.isDamage(error) {
            throw RecordingError(.malformed, "the recordings' table in \(folder) is damaged: \(error.message ?? "\(error.resultCode)")")
        } catch {
            throw RecordingError(.io, "the recordings' table in \(folder) cannot be used: \(error)")
        }
    }

    /// Opens one that exists to look at it only: nothing is changed or made.
    /// - Throws: `RecordingError`: `unsupported` for a version that this program does not know, `malformed` for what is no such table or is
    ///   damaged, `io`.
    package init(reading folder: String) throws(RecordingError) {
        self.folder = folder
        do {
            var settings = Configuration()
            settings.busyMode = .timeout(5)
            settings.readonly = true
            settings.label = "library"
            database = try DatabaseQueue(path: Self.path(in: folder), configuration: settings)
            try database.read { db in
                try Self.verify(db, "PRAGMA integrity_check(3)")
                let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                guard found > 0 else { throw RecordingError(.malformed, "it was never finished") }
                guard found == Self.version else { throw RecordingError(.unsupported, Self.foreign(found)) }
            }
        } catch let error as RecordingError {
            throw error
        } catch let error as DatabaseError {
            throw RecordingError(Self.isDamage(error) ? .malformed : .io, error.message ?? "\(error.resultCode)")
        } catch {
            throw RecordingError(.io, "the recordings' table in \(folder) cannot be read: \(error)")
        }
    }

    private static func isDamage(_ error: DatabaseError) -> Bool { [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) }

    private static func verify(_ db: Database, _ check: String) throws {
        let faults = try String.fetchAll(db, sql: check)
        // One line of a log, whatever SQLite makes of it.
        guard faults == ["ok"] else { throw RecordingError(.malformed, faults.joined(separator: "; ").replacing("\n", with: " ")) }
    }

    /// The table's file in a folder of recordings.
    static func path(in folder: String) -> String { "\(folder)/library.sqlite" }

    /// The lock of a folder of recordings, which a node that runs holds, and whoever repairs.
    package static func lock(_ folder: String) throws(DurableFile.Failure) -> FolderLock? { try FolderLock("\(folder)/lock") }

    private static let version = 1

    private static func foreign(_ found: Int) -> String {
        "the recordings' table is of version \(found): this program knows \(version), update it"
    }

    private static func migrate(_ db: Database) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            throw RecordingError(.unsupported, foreign(found))
        }
        // For all versions: programs that know nothing of it pass it over.
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS star (segment TEXT PRIMARY KEY, number INTEGER NOT NULL);
                CREATE TABLE IF NOT EXISTS deleted (segment TEXT PRIMARY KEY);
                """)
        guard found < version else { return }
        try db.execute(
            sql: """
                CREATE TABLE segment (
                    id TEXT PRIMARY KEY, camera TEXT NOT NULL, track TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
                    bytes INTEGER NOT NULL, encrypted INTEGER NOT NULL, state TEXT NOT NULL, keep TEXT NOT NULL, commitment BLOB NOT NULL,
                    reported INTEGER NOT NULL DEFAULT 0);
                CREATE INDEX segment_time ON segment (camera, track, start);
                CREATE INDEX segment_age ON segment (keep, start);
                CREATE INDEX segment_unsettled ON segment (state) WHERE state IN ('open', 'removing');
                CREATE INDEX segment_unreported ON segment (start) WHERE reported < 2;
                CREATE TABLE removed (id TEXT PRIMARY KEY);
                CREATE TABLE gap (
                    id TEXT PRIMARY KEY, camera TEXT NOT NULL, track TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER,
                    cause TEXT NOT NULL, revision INTEGER NOT NULL);
                CREATE INDEX gap_time ON gap (camera, track, start);
                CREATE TABLE wanted (camera TEXT NOT NULL, track TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (camera, track));
                PRAGMA user_version = \(version);
                """)
    }

    func read<T>(_ body: (Database) throws -> T) throws(RecordingError) -> T { try wrapping { try database.read(body) } }
    func write<T>(_ body: (Database) throws -> T) throws(RecordingError) -> T { try wrapping { try database.write(body) } }

    private func wrapping<T>(_ body: () throws -> T) throws(RecordingError) -> T {
        do { return try body() } catch let error as RecordingError {
            throw error
        } catch let error as DatabaseError {
            let isFull = error.resultCode == .SQLITE_FULL
            throw RecordingError(
                isFull ? .diskFull : .io, "the recordings' table cannot be used: \(error.message ?? "\(error.resultCode)")")
        } catch {
            throw RecordingError(.io, "the recordings' table cannot be used: \(type(of: error))")
        }
    }

    /// Closes the file.
    package func close() { try? database.close() }
}
