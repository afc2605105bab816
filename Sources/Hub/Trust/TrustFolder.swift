private import Base
import Foundation
private import Glibc
import Trust

/// The folder of the hub's keys: which of its files nobody could make again, and how they are read and written.
struct TrustFolder: Sendable {
    let url: URL

    static let authorityKey = "authority.key"
    static let authorityCertificate = "authority.pem"
    static let signingKey = "signing.key"
    /// To which nodes seal now.
    static let sealingKey = "sealing.key"
    private static let recordName = "backup.json"

    init(_ settings: TrustSettings) { url = URL(filePath: settings.folder, directoryHint: .isDirectory) }

    /// Makes the folder with mode 0700 where it is missing.
    func make() throws { try PrivateFile.makeFolder(url) }

    /// Runs something alone: replicas on one machine may share the folder, and write to it at the same moment.
    func locked<Value>(_ body: () throws -> Value) throws -> Value {
        let lock = unsafe Glibc.open(file("lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { if lock >= 0 { close(lock) } }
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            throw HubTrust.Failure(description: "\(url.path) cannot be locked: is it there, and writable?")
        }
        return try body()
    }

    func file(_ name: String) -> URL { url.appending(path: name) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name).path) }

    func write(_ text: String, _ name: String) throws { try PrivateFile.write(text, to: file(name)) }

    func text(_ name: String) throws -> String { try Self.text(file(name)) }

    /// The text of any file that the hub was told of.
    static func text(_ file: URL) throws -> String {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw HubTrust.Failure(description: "Cannot read \(file.path): check that it is there and that this user may read it.")
        }
        return text
    }

    /// Reads a key, of whatever kind.
    func key<Key>(_ name: String, _ read: (String) throws -> Key) throws -> Key {
        do { return try read(try text(name).trimmingCharacters(in: .whitespacesAndNewlines)) } catch {
            throw HubTrust.Failure(description: "\(file(name).path) cannot be used (\(error)): put it back from a backup.")
        }
    }

    // MARK: Sealing keys

    /// The number in the name of an older sealing key, `sealing-NUMBER-FINGERPRINT.key`; nil for any other name. The higher the newer: times
    /// of files do not survive being copied.
    static func number(_ name: String) -> Int? {
        name.wholeMatch(of: #/sealing-([1-9][0-9]{0,5})-[0-9a-f]{8}\.key/#).flatMap { Int($0.1) }
    }

    /// The files of the sealing keys that were replaced, newest first.
    func olderSealingKeys() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.compactMap { name in Self.number(name).map { ($0, name) } }.sorted { $0 > $1 }.map(\.1)
    }

    /// Every key to which nodes may have sealed something, newest first.
    /// - Throws: `HubTrust.Failure` where one is missing or damaged.
    func sealingKeys() throws -> [SealingPrivateKey] {
        // Needs no lock in this order: a key that is replaced in between is among the older ones by then.
        let newest = try key(Self.sealingKey) { try SealingPrivateKey(text: $0) }
        let older = try olderSealingKeys().map { try key($0) { try SealingPrivateKey(text: $0) } }
        return [newest] + older.filter { $0.text != newest.text }
    }

    /// Makes a new sealing key and keeps the present one for what was sealed to it. To be called alone.
    func rotateSealingKey() throws -> SealingPrivateKey {
        let present = try sealingKeys()[0]
        let older = olderSealingKeys()
        // A rotation that was cut off has written this file already.
        if try !older.contains(where: { try key($0) { try SealingPrivateKey(text: $0) }.text == present.text }) {
            let number = (older.first.flatMap(Self.number) ?? 0) + 1
            try write(present.text + "\n", "sealing-\(number)-\(present.publicKey.fingerprint.prefix(8)).key")
        }
        let new = SealingPrivateKey()
        try write(new.text + "\n", Self.sealingKey)
        return new
    }

    // MARK: What a backup holds

    /// Whether a file of this name holds a key that nobody could make again.
    static func isKey(_ name: String) -> Bool {
        [authorityKey, authorityCertificate, signingKey, sealingKey].contains(name) || number(name) != nil
    }

    /// The keys that are there, as files.
    /// - Parameter hasAuthority: Whether the authority is the hub's own; of a given one only a copy of the certificate lies here.
    func keyFiles(hasAuthority: Bool) throws -> [KeyFile] {
        let authority = hasAuthority ? [Self.authorityKey, Self.authorityCertificate] : []
        let names = authority + [Self.signingKey, Self.sealingKey] + olderSealingKeys()
        return try names.filter(exists).map { KeyFile(name: $0, text: try text($0)) }
    }

    /// Which keys were backed up last; nil before the first time, or where that cannot be read any more.
    var record: KeyBackupRecord? {
        guard let data = try? Data(contentsOf: file(Self.recordName)) else { return nil }
        return try? JSONDecoder().decode(KeyBackupRecord.self, from: data)
    }

    func write(_ record: KeyBackupRecord) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try PrivateFile.write(Array(try encoder.encode(record)) + [10], to: file(Self.recordName))
    }
}
