package import Base

/// What the trust folder says of the last backup of its keys.
package struct KeyBackupRecord: Codable, Sendable, Hashable {
    /// When it was made.
    package let madeAt: Timestamp
    /// Fingerprints of the public halves of the keys that are in it.
    package let keys: [String]

    private enum CodingKeys: String, CodingKey {
        case keys
        case madeAt = "made_at"
    }
}
