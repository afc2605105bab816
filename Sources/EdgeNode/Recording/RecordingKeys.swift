package import Trust

/// To whom recordings are sealed, and what stands in their headers.
package struct RecordingKeys: Sendable {
    package let site: String
    package let node: String
    /// The hub's public key, and that of the recovery key where there is one; empty where recordings are not encrypted.
    package let recipients: [SealingPublicKey]

    package init(site: String, node: String, recipients: [SealingPublicKey]) {
        self.site = site
        self.node = node
        self.recipients = recipients
    }
}
