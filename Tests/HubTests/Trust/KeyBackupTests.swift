import Base
import Foundation
import Testing
import Trust

@testable import Hub

/// The file that a backup is.
@Suite struct KeyBackupTests {
    private static let passphrase = KeyFixture.passphrase

    private static func backup() throws -> KeyBackup {
        let files = [
            KeyFile(name: "signing.key", text: SigningKey().text + "\n"),
            KeyFile(name: "sealing.key", text: SealingPrivateKey().text + "\n"),
            KeyFile(name: "sealing-2-00000000.key", text: SealingPrivateKey().text + "\n"),
        ]
        return KeyBackup(madeAt: Timestamp(microseconds: 1_790_000_000_000_000), keys: try KeySet(files))
    }

    private static func failure(_ bytes: [UInt8], passphrase: String = passphrase) -> String {
        do { _ = try KeyBackup(bytes, passphrase: passphrase) } catch { return "\(error)" }
        return "opened"
    }

    @Test("What was sealed comes out byte for byte, is in the file in no spelling, and is sealed differently each time")
    func roundTrip() throws {
        let backup = try Self.backup()
        let bytes = try backup.sealed(Self.passphrase, logRounds: 10)
        let again = try KeyBackup(bytes, passphrase: Self.passphrase)
        #expect(again.madeAt == backup.madeAt)
        #expect(again.keys.files.map(\.name) == backup.keys.files.map(\.name))
        #expect(again.keys.files.map(\.text) == backup.keys.files.map(\.text))
        #expect(again.keys.fingerprints == backup.keys.fingerprints && backup.keys.fingerprints.count == 3)
        for file in backup.keys.files {
            let text = file.text.dropLast()
            for secret in [Array(text.utf8), try #require(Base64URL.decode(text)), Array(file.name.utf8)] {
                #expect(bytes.firstRange(of: secret) == nil)
            }
            #expect(!"\(file)".contains(text))
        }
        #expect(try bytes.dropFirst(11) != backup.sealed(Self.passphrase, logRounds: 10).dropFirst(11))
    }

    @Test("The file's own parameters count, and the standard ones are in a file that is made with them")
    func parameters() throws {
        let backup = try Self.backup()
        for rounds in [10, 12] {
            let bytes = try backup.sealed(Self.passphrase, logRounds: rounds)
            #expect(Array(bytes[6..<11]) == Array("01".utf8) + [UInt8(rounds), 8, 1])
            #expect(Self.failure(bytes) == "opened")
        }
        #expect(PassphraseFile.standardLogRounds == 18)
    }

    @Test("A passphrase is the same however its accented letters are composed, and another one does not open")
    func passphrases() throws {
        let bytes = try Self.backup().sealed("caf\u{e9} au lait", logRounds: 10)
        #expect(Self.failure(bytes, passphrase: "cafe\u{301} au lait") == "opened")
        for wrong in ["cafe au lait", "caf\u{e9} au lait ", ""] {
            #expect(Self.failure(bytes, passphrase: wrong).contains("The passphrase is wrong, or the file is damaged"))
        }
    }

    @Test("A file that was cut short, is longer or another one is told so, wherever it ends")
    func lengths() throws {
        let bytes = try Self.backup().sealed(Self.passphrase, logRounds: 10)
        for count in [0, 5] { #expect(Self.failure(Array(bytes.prefix(count))).contains("It is no backup")) }
        for count in [6, 8, 27, 39, 55] { #expect(Self.failure(Array(bytes.prefix(count))).contains("It is not whole")) }
        for count in [56, bytes.count / 2, bytes.count - 16, bytes.count - 1] {
            #expect(Self.failure(Array(bytes.prefix(count))).contains("the file is damaged"))
        }
        #expect(Self.failure(bytes + [0]).contains("the file is damaged"))
        #expect(Self.failure(bytes + [UInt8](repeating: 0, count: 1 << 20)).contains("It is not whole"))
        #expect(Self.failure(Array("-----BEGIN PRIVATE KEY-----".utf8)).contains("It is no backup"))
    }

    /// A part of the file.
    enum Part: String, CaseIterable {
        case magic, format, rounds, blockSize, parallelism, salt, nonce, content, tag

        func bytes(_ count: Int) -> Range<Int> {
            switch self {
            case .magic: 0..<6
            case .format: 6..<8
            case .rounds: 8..<9
            case .blockSize: 9..<10
            case .parallelism: 10..<11
            case .salt: 11..<27
            case .nonce: 27..<39
            case .content: 39..<count - 16
            case .tag: count - 16..<count
            }
        }

        var words: [String] {
            switch self {
            case .magic: ["It is no backup"]
            case .format: ["of a newer version"]
            // A cost that the file may have is that of another key.
            case .rounds: ["It is damaged", "the file is damaged"]
            case .blockSize, .parallelism: ["It is damaged"]
            case .salt, .nonce, .content, .tag: ["the file is damaged"]
            }
        }
    }

    @Test("One flipped bit anywhere is noticed", arguments: Part.allCases)
    func flipped(_ part: Part) throws {
        let bytes = try Self.backup().sealed(Self.passphrase, logRounds: 10)
        let range = part.bytes(bytes.count)
        for place in Set([range.lowerBound, (range.lowerBound + range.upperBound) / 2, range.upperBound - 1]) {
            for bit in [0, 7] {
                var damaged = bytes
                damaged[place] ^= 1 << UInt8(bit)
                let failure = Self.failure(damaged)
                #expect(part.words.contains { failure.contains($0) }, "\(place), bit \(bit): \(failure)")
            }
        }
    }

    @Test("Names that are no key's, keys that are none and sets that are not whole are refused")
    func sets() throws {
        let signing = KeyFile(name: "signing.key", text: SigningKey().text)
        let sealing = KeyFile(name: "sealing.key", text: SealingPrivateKey().text)
        func failure(_ files: [KeyFile]) -> String {
            do { _ = try KeySet(files) } catch { return "\(error)" }
            return "taken"
        }
        #expect(failure([signing, sealing]) == "taken")
        for name in ["../signing.key", "/etc/passwd", "server.pem", "backup.json", "sealing-0-00000000.key", "sealing-1-0000000.key", ""] {
            #expect(failure([signing, sealing, KeyFile(name: name, text: sealing.text)]).contains("that are none"), "\(name)")
        }
        #expect(failure([signing, sealing, sealing]).contains("that are none"))
        #expect(failure([signing]).contains("sealing.key is missing"))
        #expect(failure([sealing]).contains("signing.key is missing"))
        #expect(failure([signing, KeyFile(name: "sealing.key", text: "x")]).contains("sealing.key cannot be used"))
        #expect(failure([signing, sealing, KeyFile(name: "authority.key", text: "x")]).contains("is missing"))
        let authority = [KeyFile(name: "authority.key", text: KeyPair().privateKeyPEM), KeyFile(name: "authority.pem", text: "x")]
        #expect(failure([signing, sealing] + authority).contains("authority.key cannot be used"))
    }
}
