package import Base

/// An open sign-in of a browser, a token by which a program asks, or a screen.
package struct SessionRecord: Sendable, Hashable {
    /// The raw values stand in the store and in answers.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Its secret is a browser's cookie.
        case browser
        /// Its secret is sent with each request: `Authorization: Bearer`.
        case token
        /// Its secret is the cookie of a screen's browser: it has no account, and no row beside that of its ``Kiosk``.
        case kiosk
    }

    package var tokenHash: [UInt8]
    package var kind: Kind
    package var account: String
    /// What the account may do, as the store had it when the session was read; of a token what its limits leave of that.
    package var grants: [Grant]
    /// What a token may do at most; nil for all that its account may.
    package var limits: [Grant]?
    /// What a token was named, or what a browser says that it is.
    package var label: String
    /// From where it was opened: an IP address.
    package var address: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    /// When it was last used, to some minutes.
    package var usedAt: Timestamp

    package init(
        tokenHash: [UInt8], kind: Kind = .browser, account: String, grants: [Grant], limits: [Grant]? = nil, label: String = "",
        address: String = "", createdAt: Timestamp, expiresAt: Timestamp, usedAt: Timestamp? = nil
    ) {
        self.tokenHash = tokenHash
        self.kind = kind
        self.account = account
        self.grants = limits.map { grants.limited(to: $0) } ?? grants
        self.limits = limits
        self.label = label
        self.address = address
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt ?? createdAt
    }
}
