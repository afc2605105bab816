import Base
import Foundation
import TestSupport
import Testing
import Trust

@testable import Hub

/// The command `vigilar-hub keys recovery` and its file.
@Suite struct RecoveryKeyTests {
    private static let passphrase = KeyFixture.passphrase

    private static func failure(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "done"
    }

    @Test("The public half is printed and opens as one; the private half is in the file alone, under the passphrase, for its owner")
    func roundTrip() throws {
        let folder = try TemporaryDirectory("recovery")
        let path = folder.path("recovery.key")
        let file = RecoveryKeyFile(path, logRounds: 10)
        let lines = try file.make { Self.passphrase }
        #expect(lines.count == 2 && lines[0].utf8.count == 44)
        #expect(lines[1].contains("recovery_key into [recording] of each node's edge.toml") && lines[1].contains(path))
        let key = try file.open { Self.passphrase }
        #expect(key.publicKey.text == lines[0])
        let box = try SealedBox.seal([1, 2, 3], to: try SealingPublicKey(text: lines[0]), context: [])
        #expect(try SealedBox.open(box, with: key, context: []) == [1, 2, 3])
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        #expect(Array(bytes.prefix(11)) == Array("VGRECO01".utf8) + [10, 8, 1])
        for secret in [Array(key.text.utf8), try #require(Base64URL.decode(key.text))] {
            #expect(bytes.firstRange(of: secret) == nil)
            #expect(!lines.joined().utf8.contains(secret))
        }
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["recovery.key"])
        #expect(try "\(RecoveryKey(bytes, passphrase: Self.passphrase))" == "(recovery key to \(lines[0]))")
        // Another one each time.
        #expect(try RecoveryKeyFile(folder.path("other"), logRounds: 10).make { Self.passphrase }.first != lines[0])
    }

    @Test("A file that exists is never overwritten, and nobody is asked for a passphrase then; without one there is no file")
    func existing() throws {
        let folder = try TemporaryDirectory("recovery")
        let path = folder.path("recovery.key")
        struct NoPassphrase: Error {}
        #expect(throws: NoPassphrase.self) { try RecoveryKeyFile(path, logRounds: 10).make { throw NoPassphrase() } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        try Data("mine".utf8).write(to: URL(filePath: path))
        let failure = Self.failure {
            _ = try RecoveryKeyFile(path, logRounds: 10).make {
                Issue.record("asked for a passphrase")
                return Self.passphrase
            }
        }
        #expect(failure.contains("is not overwritten"))
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("mine".utf8))
    }

    @Test("A wrong passphrase, a damaged file and one that is not there are told by the file's name")
    func refused() throws {
        let folder = try TemporaryDirectory("recovery")
        let path = folder.path("recovery.key")
        let file = RecoveryKeyFile(path, logRounds: 10)
        #expect(Self.failure { _ = try file.open { Self.passphrase } }.contains("Cannot read \(path)"))
        _ = try file.make { Self.passphrase }
        #expect(Self.failure { _ = try file.open { "wrong horse battery" } }.contains("\(path) cannot be opened. The passphrase is wrong"))
        let bytes = try Data(contentsOf: URL(filePath: path))
        for place in [0, 6, 8, 9, 11, 27, 45, bytes.count - 1] {
            var damaged = bytes
            damaged[place] ^= 1
            try damaged.write(to: URL(filePath: path))
            #expect(Self.failure { _ = try file.open { Self.passphrase } }.contains("\(path) cannot be opened. "), "byte \(place)")
        }
        for count in [0, 30, bytes.count - 1] {
            try bytes.prefix(count).write(to: URL(filePath: path))
            #expect(Self.failure { _ = try file.open { Self.passphrase } }.contains("\(path) cannot be opened. "), "\(count) bytes")
        }
    }

    @Test("A backup is no recovery key and a recovery key no backup, also with the same passphrase")
    func kinds() throws {
        let fixture = try KeyFixture()
        try fixture.backup()
        let before = try fixture.files()
        let backup = RecoveryKeyFile(fixture.backupFile, logRounds: 10)
        #expect(
            Self.failure { _ = try backup.open { Self.passphrase } }.contains("It is no recovery key that vigilar-hub keys recovery made"))
        let path = fixture.folder.path("recovery.key")
        _ = try RecoveryKeyFile(path, logRounds: 10).make { Self.passphrase }
        let failure = Self.failure { _ = try fixture.administration.restore(from: path) { Self.passphrase } }
        #expect(failure.contains("It is no backup that vigilar-hub keys backup made"))
        #expect(try fixture.files() == before)
        // The magic is a part of what is authenticated.
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        bytes.replaceSubrange(0..<6, with: "VGKEYS".utf8)
        #expect(Self.failure { _ = try KeyBackup(bytes, passphrase: Self.passphrase) }.contains("the file is damaged"))
    }
}
