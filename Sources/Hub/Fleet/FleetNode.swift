package import Base

/// A node and where it stands with the installation.
package struct FleetNode: Sendable, Hashable {
    package var name: String
    package var site: String
    package var addedAt: Timestamp
    /// When it last came with an invitation; nil for one that was only added.
    package var joinedAt: Timestamp?
    /// Of the key that its certificates are issued for.
    package var keyFingerprint: String?
    /// The key that what is meant for it alone is sealed to.
    package var sealingKey: String?
    /// When it was ended; nil while it may connect.
    package var revokedAt: Timestamp?
    /// Since when it wants to be let in again, its certificate having expired.
    package var asksSince: Timestamp?
    /// Until when it may ask for a certificate although its last one has expired.
    package var admittedUntil: Timestamp?

    package init(
        name: String, site: String, addedAt: Timestamp, joinedAt: Timestamp? = nil, keyFingerprint: String? = nil,
        sealingKey: String? = nil, revokedAt: Timestamp? = nil, asksSince: Timestamp? = nil, admittedUntil: Timestamp? = nil
    ) {
        self.name = name
        self.site = site
        self.addedAt = addedAt
        self.joinedAt = joinedAt
        self.keyFingerprint = keyFingerprint
        self.sealingKey = sealingKey
        self.revokedAt = revokedAt
        self.asksSince = asksSince
        self.admittedUntil = admittedUntil
    }
}
