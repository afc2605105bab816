import Base
import Trust

/// A key that opens recordings without the hub's: nodes seal to its public half besides. Its file is a `PassphraseFile` of the magic
/// `VGRECO` with the content `{"made_at","key"}`.
struct RecoveryKey: Sendable, Concealed {
    let madeAt: Timestamp
    let key: SealingPrivateKey

    private struct Content: Codable {
        let madeAt: Timestamp
        let key: String

        enum CodingKeys: String, CodingKey {
            case key
            case madeAt = "made_at"
        }
    }

    /// A new one.
    init(madeAt: Timestamp) {
        self.madeAt = madeAt
        key = SealingPrivateKey()
    }

    /// Seals the key under a passphrase, differently each time. Slow on purpose.
    /// - Throws: `HubTrust.Failure` where the machine has not the memory.
    func sealed(_ passphrase: String, logRounds: Int) throws -> [UInt8] {
        try PassphraseFile.recovery.seal(Content(madeAt: madeAt, key: key.text), passphrase, logRounds: logRounds)
    }

    /// Opens the file of one. Slow on purpose.
    /// - Throws: `HubTrust.Failure` that says whether the file is none, another version's, or that the passphrase does not open it.
    init(_ bytes: [UInt8], passphrase: String) throws {
        let content = try PassphraseFile.recovery.open(bytes, passphrase, as: Content.self)
        madeAt = content.madeAt
        do { key = try SealingPrivateKey(text: content.key) } catch {
            throw HubTrust.Failure(description: "It holds no key that can be used: take another copy of it.")
        }
    }

    var description: String { "(recovery key to \(key.publicKey.text))" }
}
