import Base

/// The hub's keys in one file that only a passphrase opens: a `PassphraseFile` of the magic `VGKEYS` with the content
/// `{"made_at","files":[{"name","text"},…]}`.
struct KeyBackup: Sendable {
    let madeAt: Timestamp
    let keys: KeySet

    private struct Content: Codable {
        let madeAt: Timestamp
        let files: [KeyFile]

        enum CodingKeys: String, CodingKey {
            case files
            case madeAt = "made_at"
        }
    }

    init(madeAt: Timestamp, keys: KeySet) {
        self.madeAt = madeAt
        self.keys = keys
    }

    /// Seals the keys under a passphrase, differently each time. Slow on purpose.
    /// - Throws: `HubTrust.Failure` where the machine has not the memory.
    func sealed(_ passphrase: String, logRounds: Int = PassphraseFile.standardLogRounds) throws -> [UInt8] {
        try PassphraseFile.backup.seal(Content(madeAt: madeAt, files: keys.files), passphrase, logRounds: logRounds)
    }

    /// Opens a backup. Slow on purpose.
    /// - Throws: `HubTrust.Failure` that says whether the file is no backup, another version's, or that the passphrase does not open it.
    init(_ bytes: [UInt8], passphrase: String) throws {
        let content = try PassphraseFile.backup.open(bytes, passphrase, as: Content.self)
        self.init(madeAt: content.madeAt, keys: try KeySet(content.files))
    }
}
