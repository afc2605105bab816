package import Base

/// What a person should know of the hub's keys.
package struct KeyState: Sendable, Hashable {
    /// Fingerprint of the key to which nodes seal.
    package let sealingKey: String
    /// Sealing keys that were replaced, and still open what was sealed to them.
    package let olderKeys: Int
    /// When the last backup was made.
    package let backupAt: Timestamp?
    /// Whether all the present keys are in it.
    package let isBackedUp: Bool

    /// What to do, in a sentence or two; nil where all is well.
    package var warning: String? {
        guard !isBackedUp else { return nil }
        let what =
            if let backupAt { "Keys were made after the last backup, of \(backupAt.rfc3339.prefix(10))." } else {
                "The hub's keys are not backed up."
            }
        return what + " Whoever loses them loses every recording and picture, and all nodes have to join again."
            + " Run on the hub's machine: vigilar-hub keys backup FILE"
    }
}
