import Base
import Foundation
import TestSupport
import Testing
import Trust

@testable import Hub

/// The commands of `vigilar-hub keys`.
@Suite struct KeyAdministrationTests {
    private static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private static func failure(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "done"
    }

    // MARK: Backup and restore

    @Test("After the loss of the folder a backup brings back the same keys, and the hub and its nodes go on")
    func roundTrip() throws {
        let fixture = try KeyFixture()
        _ = try fixture.administration.rotate()
        let (keys, trust) = (try fixture.keyFiles(), try fixture.open())
        #expect(keys.count == 5)
        let lines = try fixture.backup()
        // The authority's lies in two files.
        #expect(lines.first == "4 keys are in \(fixture.backupFile).")
        #expect(try Self.mode(fixture.backupFile) == 0o600)
        let record = try #require(TrustFolder(fixture.settings).record)
        #expect(record.madeAt == fixture.clock.now && record.keys.count == 4)

        try fixture.lose()
        #expect(try fixture.restore().first?.contains("authority.key, authority.pem, signing.key, sealing.key, sealing-1-") == true)
        #expect(try fixture.keyFiles() == keys)
        for name in try fixture.files().keys { #expect(try Self.mode(fixture.keys.appending(path: name).path) == 0o600, "\(name)") }
        #expect(try Self.mode(fixture.keys.path) == 0o700)
        let restored = try fixture.open()
        #expect(restored.authority.fingerprint == trust.authority.fingerprint)
        #expect(restored.openingKeys.map(\.text) == trust.openingKeys.map(\.text))
        // The restored hub knows that it is backed up, and by which backup.
        #expect(TrustFolder(fixture.settings).record == record)
        #expect(Keyring(restored, logger: KeyFixture.logger).state.isBackedUp)
    }

    @Test("A backup holds nothing of what the hub makes anew, and a start in between changes nothing of the keys")
    func restart() throws {
        let fixture = try KeyFixture()
        let keys = try fixture.keyFiles()
        try fixture.backup()
        try fixture.lose()
        try fixture.restore()
        #expect(try Set(fixture.files().keys) == Set(keys.keys).union(["backup.json", "lock"]))
        _ = try fixture.open()
        #expect(try fixture.keyFiles() == keys)
    }

    @Test("A file that exists is never overwritten, and nobody is asked for a passphrase then")
    func existing() throws {
        let fixture = try KeyFixture()
        try Data("mine".utf8).write(to: URL(filePath: fixture.backupFile))
        let failure = Self.failure {
            _ = try fixture.administration.backup(to: fixture.backupFile) {
                Issue.record("asked for a passphrase")
                return KeyFixture.passphrase
            }
        }
        #expect(failure.contains("is not overwritten"))
        #expect(try Data(contentsOf: URL(filePath: fixture.backupFile)) == Data("mine".utf8))
        #expect(TrustFolder(fixture.settings).record == nil)
    }

    @Test("A backup that could not be written, or of which no passphrase was given, leaves neither file nor record")
    func unwritten() throws {
        let fixture = try KeyFixture()
        #expect(
            Self.failure { _ = try fixture.administration.backup(to: fixture.folder.path("none/keys")) { "x" } }.contains("Cannot write"))
        struct NoPassphrase: Error {}
        #expect(throws: NoPassphrase.self) { try fixture.administration.backup(to: fixture.backupFile) { throw NoPassphrase() } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path) == ["hub"])
        #expect(TrustFolder(fixture.settings).record == nil)
    }

    @Test("A wrong passphrase and a damaged file change nothing, and the error names the file")
    func refused() throws {
        let fixture = try KeyFixture()
        try fixture.backup()
        try fixture.lose()
        #expect(
            Self.failure { try fixture.restore("wrong horse battery") }.contains("keys.backup cannot be restored. The passphrase is wrong"))
        var bytes = try Data(contentsOf: URL(filePath: fixture.backupFile))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(filePath: fixture.backupFile))
        #expect(Self.failure { try fixture.restore() }.contains("the file is damaged"))
        try FileManager.default.removeItem(atPath: fixture.backupFile)
        #expect(Self.failure { try fixture.restore() }.contains("Cannot read"))
        #expect(!FileManager.default.fileExists(atPath: fixture.keys.path))
    }

    @Test("Keys that are others than the backup's are never overwritten, nor mixed with its own")
    func foreign() throws {
        let fixture = try KeyFixture()
        try fixture.backup()
        for (name, count) in [("signing.key", 1), ("sealing.key", 1), ("authority.key", 2)] {
            try fixture.lose()
            _ = try fixture.restore()
            let other = try KeyFixture()
            for name in (count == 2 ? ["authority.key", "authority.pem"] : [name]) {
                try Data(contentsOf: other.keys.appending(path: name)).write(to: fixture.keys.appending(path: name))
            }
            let before = try fixture.files()
            let failure = Self.failure { try fixture.restore() }
            #expect(failure.contains("has other keys than the backup") && failure.contains(name), "\(failure)")
            #expect(try fixture.files() == before)
        }
        // A key that is newer than the backup.
        try fixture.lose()
        try fixture.restore()
        _ = try fixture.administration.rotate()
        let before = try fixture.files()
        #expect(Self.failure { try fixture.restore() }.contains("sealing.key"))
        #expect(try fixture.files() == before)
    }

    @Test("Where the keys are there already a restore says so, and adds one that is missing")
    func present() throws {
        let fixture = try KeyFixture()
        let keys = try fixture.keyFiles()
        try fixture.backup()
        #expect(try fixture.restore().first?.contains("nothing to do") == true)
        try FileManager.default.removeItem(at: fixture.keys.appending(path: "sealing.key"))
        // The hub does not make another one in its place, which would leave what was sealed to it closed.
        #expect(Self.failure { _ = try fixture.open() }.contains("sealing.key is missing: put it back with vigilar-hub keys restore"))
        #expect(try fixture.restore().first?.hasSuffix(": sealing.key. Restart a hub that runs.") == true)
        #expect(try fixture.keyFiles() == keys)
        _ = try fixture.open()
    }

    @Test("Without keys there is nothing to back up or replace; a damaged key is not taken into a backup")
    func nothing() throws {
        let fixture = try KeyFixture(starts: false)
        #expect(Self.failure { try fixture.backup() }.contains("There are no keys"))
        #expect(Self.failure { _ = try fixture.administration.rotate() }.contains("There are no keys"))
        #expect(!FileManager.default.fileExists(atPath: fixture.keys.path))
        _ = try fixture.open()
        try Data("cut".utf8).write(to: fixture.keys.appending(path: "sealing.key"))
        #expect(Self.failure { try fixture.backup() }.contains("sealing.key cannot be used"))
        #expect(!FileManager.default.fileExists(atPath: fixture.backupFile))
    }

    @Test("A given authority is not in the backup, which says so")
    func givenAuthority() throws {
        let owner = try KeyFixture()
        let settings = try owner.settings(authority: owner.keys)
        let trust = try HubTrust.open(settings, names: ["localhost"], now: owner.clock.now)
        #expect(Keyring(trust, logger: KeyFixture.logger).state.isBackedUp == false)
        let lines = try owner.administration(settings).backup(to: owner.backupFile) { KeyFixture.passphrase }
        #expect(lines.first?.hasPrefix("2 keys") == true && lines.contains { $0.contains("tls.authority_key") })
        #expect(Keyring(trust, logger: KeyFixture.logger).state.isBackedUp)
        #expect(
            try owner.administration(settings).restore(from: owner.backupFile) { KeyFixture.passphrase }.first?.contains("already") == true)
        // The other way round the keys would not fit the authority.
        _ = try owner.administration.backup(to: owner.folder.path("own")) { KeyFixture.passphrase }
        let failure = Self.failure {
            _ = try owner.administration(settings).restore(from: owner.folder.path("own")) { KeyFixture.passphrase }
        }
        #expect(failure.contains("take tls.authority out"))
    }

    @Test(
        "What root would write the hub's own user could not read: root is sent away",
        .enabled(if: ProcessInfo.processInfo.userName == "root"))
    func root() throws {
        let fixture = try KeyFixture()
        try fixture.backup()
        let before = try fixture.files()
        try FileManager.default.setAttributes([.ownerAccountID: 12_345], ofItemAtPath: fixture.keys.path)
        for command in [
            { _ = try fixture.administration.backup(to: fixture.folder.path("more")) { KeyFixture.passphrase } }, { try fixture.restore() },
            { _ = try fixture.administration.rotate() },
        ] { #expect(Self.failure(command).contains("run this command as that user")) }
        #expect(try fixture.files() == before)
    }

    // MARK: Rotation

    @Test("A rotation makes a new key to seal to and keeps all of before, in their order, readable by the hub's user alone")
    func rotation() throws {
        let fixture = try KeyFixture()
        let first = try fixture.open()
        var expected = first.openingKeys.map(\.text)
        for _ in 0..<12 {
            _ = try fixture.administration.rotate()
            let trust = try fixture.open()
            expected.insert(trust.sealingKey.text, at: 0)
            #expect(trust.openingKeys.map(\.text) == expected)
            #expect(trust.authority.fingerprint == first.authority.fingerprint && trust.signingKey.text == first.signingKey.text)
        }
        #expect(Set(expected).count == 13)
        for name in try fixture.files().keys { #expect(try Self.mode(fixture.keys.appending(path: name).path) == 0o600, "\(name)") }
    }

    @Test("A rotation that was cut off between its two files loses no key, and the next one keeps none twice")
    func cutOff() throws {
        let fixture = try KeyFixture()
        let key = try fixture.open().sealingKey
        try PrivateFile.write(key.text + "\n", to: fixture.keys.appending(path: "sealing-1-\(key.publicKey.fingerprint.prefix(8)).key"))
        #expect(try fixture.open().openingKeys.map(\.text) == [key.text])
        _ = try fixture.administration.rotate()
        let trust = try fixture.open()
        #expect(trust.openingKeys.count == 2 && trust.openingKeys.last?.text == key.text && trust.sealingKey.text != key.text)
        #expect(try fixture.keyFiles().count == 5)
    }

    @Test("An older key that is damaged is told, not passed over")
    func damaged() throws {
        let fixture = try KeyFixture()
        _ = try fixture.administration.rotate()
        let name = try #require(TrustFolder(fixture.settings).olderSealingKeys().first)
        try Data("cut".utf8).write(to: fixture.keys.appending(path: name))
        #expect(Self.failure { _ = try fixture.open() }.contains("\(name) cannot be used"))
        #expect(Self.failure { _ = try fixture.administration.rotate() }.contains("\(name) cannot be used"))
    }
}
