import Base

/// An invitation as it stands in the store, locked, and what is to be done when somebody comes with its secret.
struct StoredInvitation: Sendable {
    enum Verdict: Sendable { case redeem, again, used, expired }

    /// Seconds for which the one that used it may ask again. Joining is done by hand: whoever has waited longer makes a new invitation.
    static let repeatable = 600.0

    var site: String
    var node: String
    var expiresAt: Timestamp
    /// Nil for one that waits.
    var usedAt: Timestamp?
    /// Fingerprint of the key of the one that used it.
    var usedBy: String?

    func verdict(keyFingerprint: String, at time: Timestamp) -> Verdict {
        // What was used in time is not made undone by expiring.
        guard let usedAt else { return time < expiresAt ? .redeem : .expired }
        return usedBy == keyFingerprint && time.seconds(since: usedAt) <= Self.repeatable ? .again : .used
    }
}
