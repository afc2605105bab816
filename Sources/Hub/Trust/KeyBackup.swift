import Base
private import Crypto
private import CryptoExtras
private import Foundation

/// The hub's keys in one file that only a passphrase opens.
///
/// | part | bytes |
/// | --- | --- |
/// | magic `VGKEYS`, format `01` | 8 |
/// | scrypt's (RFC 7914) log2 N, r, p | 1 each |
/// | salt | 16 |
/// | nonce | 12 |
/// | JSON `{"made_at","files":[{"name","text"},…]}` under AES-256-GCM, with everything before the nonce as associated data | any |
/// | tag | 16 |
struct KeyBackup: Sendable {
    let madeAt: Timestamp
    let keys: KeySet

    /// N = 2^18, r = 8, p = 1, what age takes for a passphrase (filippo.io/age, scrypt.go): 256 MiB and about a second for each guess.
    static let standardLogRounds = 18
    private static let blockSize = 8
    private static let parallelism = 1
    /// What is spent on a file that says so itself: at most 1 GiB.
    private static let logRounds = 10...20
    /// Bytes of the longest file that can be a backup.
    static let limit = 1 << 20

    private static let magic = Array("VGKEYS".utf8)
    private static let format = Array("01".utf8)
    private static let headerLength = 27
    private static let overhead = headerLength + 12 + 16

    private struct Content: Codable {
        let madeAt: Timestamp
        let files: [KeyFile]

        enum CodingKeys: String, CodingKey {
            case files
            case madeAt = "made_at"
        }
    }

    /// Seals the keys under a passphrase, differently each time. Slow on purpose.
    /// - Throws: `HubTrust.Failure` where the machine has not the memory.
    func sealed(_ passphrase: String, logRounds: Int = standardLogRounds) throws -> [UInt8] {
        let salt = unsafe SymmetricKey(size: .bits128).withUnsafeBytes { unsafe Array($0) }
        let header =
            Self.magic + Self.format + [UInt8(clamping: logRounds), UInt8(Self.blockSize), UInt8(Self.parallelism)] + salt
        let key = try Self.derive(passphrase, header)
        let text = try JSONEncoder().encode(Content(madeAt: madeAt, files: keys.files))
        guard let box = try AES.GCM.seal(text, using: key, authenticating: header).combined else {
            throw HubTrust.Failure(description: "The keys cannot be encrypted.")
        }
        return header + box
    }

    init(madeAt: Timestamp, keys: KeySet) {
        self.madeAt = madeAt
        self.keys = keys
    }

    /// Opens a backup. Slow on purpose.
    /// - Throws: `HubTrust.Failure` that says whether the file is no backup, another version's, or that the passphrase does not open it.
    init(_ bytes: [UInt8], passphrase: String) throws {
        guard bytes.prefix(Self.magic.count).elementsEqual(Self.magic) else {
            throw HubTrust.Failure(description: "It is no backup that vigilar-hub keys backup made: check that it is the right file.")
        }
        guard bytes.count > Self.overhead, bytes.count <= Self.limit else {
            throw HubTrust.Failure(description: "It is not whole: copy it again, or take another copy.")
        }
        let header = Array(bytes[..<Self.headerLength])
        guard header[6..<8].elementsEqual(Self.format) else {
            throw HubTrust.Failure(description: "It is damaged, or of a newer version of vigilar-hub: restore it with that one.")
        }
        guard Self.logRounds.contains(Int(header[8])), header[9] == Self.blockSize, header[10] == Self.parallelism else {
            throw HubTrust.Failure(description: "It is damaged: take another copy of it.")
        }
        let key = try Self.derive(passphrase, header)
        let box = bytes[Self.headerLength...]
        guard let sealed = try? AES.GCM.SealedBox(combined: box),
            let text = try? AES.GCM.open(sealed, using: key, authenticating: header)
        else { throw HubTrust.Failure(description: "The passphrase is wrong, or the file is damaged. Which of them cannot be told.") }
        guard let content = try? JSONDecoder().decode(Content.self, from: text) else {
            throw HubTrust.Failure(description: "It was made by a version of vigilar-hub that this one does not know: update.")
        }
        self.init(madeAt: content.madeAt, keys: try KeySet(content.files))
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
