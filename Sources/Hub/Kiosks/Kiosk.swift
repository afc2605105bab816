package import Base

/// A screen that shows cameras by itself. It is a session of its own without an end, which nobody signs in to: it sees and watches its cameras.
package struct Kiosk: Sendable, Hashable {
    /// SHA-256 of the secret in its cookie; the secret itself is never stored.
    package var tokenHash: [UInt8]
    package var plan: KioskPlan
    /// When it was paired.
    package var createdAt: Timestamp
    /// When it last asked for something, to some minutes.
    package var usedAt: Timestamp
    /// Whether its browser spoke TLS when it was paired: its cookie is for TLS alone then, however it is given anew.
    package var isSecure: Bool

    /// What stands before a screen's name where an account's would stand; no account is named so.
    static let accountPrefix = "screen "

    package init(tokenHash: [UInt8], plan: KioskPlan, createdAt: Timestamp, usedAt: Timestamp, isSecure: Bool) {
        self.tokenHash = tokenHash
        self.plan = plan
        self.createdAt = createdAt
        self.usedAt = usedAt
        self.isSecure = isSecure
    }

    /// Who it is in the audit log.
    package var account: String { Self.accountPrefix + plan.name }

    /// Nobody is hidden in video, but names are nothing for whoever passes by.
    package var grants: [Grant] { plan.cameras.map { Grant(.viewer, camera: $0, faces: false) } }

    /// Its session, which lasts as long as it does.
    package var session: SessionRecord {
        SessionRecord(
            tokenHash: tokenHash, kind: .kiosk, account: account, grants: grants, label: plan.name, createdAt: createdAt,
            expiresAt: Timestamp(microseconds: .max), usedAt: usedAt)
    }
}
