package import Base
package import Protocol

/// A browser that wants to be told. It goes with the session by which it was turned on, and so with the account.
package struct PushSubscription: Sendable, Hashable {
    package let id: EventID
    /// The hash of the session.
    package let session: [UInt8]
    /// The push service's address for this browser; see `PushEndpoint`.
    package let endpoint: String
    /// 65 bytes: a point on P-256.
    package let publicKey: [UInt8]
    /// 16 bytes.
    package let secret: [UInt8]
    /// What the browser says that it is: its session's label.
    package let label: String
    package let createdAt: Timestamp
    /// When the push service last took a message.
    package let sentAt: Timestamp?
    /// Messages since then that it did not take.
    package let failures: Int

    /// Browsers of one account at most.
    package static let limit = 20

    package init(
        id: EventID, session: [UInt8], endpoint: String, publicKey: [UInt8], secret: [UInt8], label: String, createdAt: Timestamp,
        sentAt: Timestamp? = nil, failures: Int = 0
    ) {
        self.id = id
        self.session = session
        self.endpoint = endpoint
        self.publicKey = publicKey
        self.secret = secret
        self.label = label
        self.createdAt = createdAt
        self.sentAt = sentAt
        self.failures = failures
    }
}
