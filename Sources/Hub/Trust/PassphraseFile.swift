private import Crypto
private import CryptoExtras
import Foundation

/// A kind of file that only a passphrase opens.
///
/// | part | bytes |
/// | --- | --- |
/// | magic, format `01` | 8 |
/// | scrypt's (RFC 7914) log2 N, r, p | 1 each |
/// | salt | 16 |
/// | nonce | 12 |
/// | the content under AES-256-GCM, with everything before the nonce as associated data | any |
/// | tag | 16 |
struct PassphraseFile: Sendable {
    /// 6 bytes.
    private let magic: [UInt8]
    /// What such a file is, and the command that makes it, for errors.
    private let name: String
    private let command: String

    /// The hub's keys.
    static let backup = PassphraseFile(magic: Array("VGKEYS".utf8), name: "backup", command: "vigilar-hub keys backup")
    /// A key that opens recordings without the hub's.
    static let recovery = PassphraseFile(magic: Array("VGRECO".utf8), name: "recovery key", command: "vigilar-hub keys recovery")

    /// N = 2^18, r = 8, p = 1, what age takes for a passphrase (filippo.io/age, scrypt.go): 256 MiB and about a second for each guess.
    static let standardLogRounds = 18
    private static let blockSize = 8
    private static let parallelism = 1
    /// What is spent on a file that says so itself: at most 1 GiB.
    private static let logRounds = 10...20
    /// Bytes of the longest file that can be one.
    private static let limit = 1 << 20

    private static let format = Array("01".utf8)
    private static let headerLength = 27
    private static let overhead = headerLength + 12 + 16

    /// The bytes of a file, no more of them than show that it is too long.
    /// - Throws: `AdministrationError` where it cannot be read.
    static func read(_ file: URL) throws(AdministrationError) -> [UInt8] {
        // At its end there is nothing to be read, and no error either.
        guard let handle = try? FileHandle(forReadingFrom: file), let bytes = try? handle.read(upToCount: limit + 1) ?? Data() else {
            throw AdministrationError("Cannot read \(file.path): check that it is there and that this user may read it.")
        }
        return Array(bytes)
    }

    /// Seals a content under a passphrase, differently each time. Slow on purpose.
    /// - Throws: `HubTrust.Failure` where the machine has not the memory.
    func seal(_ content: some Encodable, _ passphrase: String, logRounds: Int) throws -> [UInt8] {
        let salt = unsafe SymmetricKey(size: .bits128).withUnsafeBytes { unsafe Array($0) }
        let header = magic + Self.format + [UInt8(clamping: logRounds), UInt8(Self.blockSize), UInt8(Self.parallelism)] + salt
        let key = try Self.derive(passphrase, header)
        let text = try JSONEncoder().encode(content)
        guard let box = try AES.GCM.seal(text, using: key, authenticating: header).combined else {
            throw HubTrust.Failure(description: "The keys cannot be encrypted.")
        }
        return header + box
    }

    /// Opens a file. Slow on purpose.
    /// - Throws: `HubTrust.Failure` that says whether the file is of another kind or version, or that the passphrase does not open it.
    func open<Content: Decodable>(_ bytes: [UInt8], _ passphrase: String, as type: Content.Type) throws -> Content {
        guard bytes.prefix(magic.count).elementsEqual(magic) else {
            throw HubTrust.Failure(description: "It is no \(name) that \(command) made: check that it is the right file.")
        }
        guard bytes.count > Self.overhead, bytes.count <= Self.limit else {
            throw HubTrust.Failure(description: "It is not whole: copy it again, or take another copy.")
        }
        let header = Array(bytes[..<Self.headerLength])
        guard header[6..<8].elementsEqual(Self.format) else {
            throw HubTrust.Failure(description: "It is damaged, or of a newer version of vigilar-hub: use it with that one.")
        }
        guard Self.logRounds.contains(Int(header[8])), header[9] == Self.blockSize, header[10] == Self.parallelism else {
            throw HubTrust.Failure(description: "It is damaged: take another copy of it.")
        }
        let key = try Self.derive(passphrase, header)
        guard let sealed = try? AES.GCM.SealedBox(combined: bytes[Self.headerLength...]),
            let text = try? AES.GCM.open(sealed, using: key, authenticating: header)
        else { throw HubTrust.Failure(description: "The passphrase is wrong, or the file is damaged. Which of them cannot be told.") }
        guard let content = try? JSONDecoder().decode(type, from: text) else {
            throw HubTrust.Failure(description: "It was made by a version of vigilar-hub that this one does not know: update.")
        }
        return content
    }

    /// The key of a file with this header.
    private static func derive(_ passphrase: String, _ header: [UInt8]) throws -> SymmetricKey {
        // Keyboards and systems differ in how they compose an accented letter.
        let normal = Array(passphrase.precomposedStringWithCanonicalMapping.utf8)
        do {
            return try KDF.Scrypt.deriveKey(
                from: normal, salt: header[11..<headerLength], outputByteCount: 32, rounds: 1 << Int(header[8]),
                blockSize: Int(header[9]), parallelism: Int(header[10]))
        } catch {
            throw HubTrust.Failure(
                description:
                    "The passphrase cannot be worked on: that takes \((1 << Int(header[8])) * Int(header[9]) / 8192) MiB of memory.")
        }
    }
}
