private import Protocol
package import Trust

/// What a node needs to believe its hub, and to read what is for it alone.
package struct HubKeys: Sendable {
    package let verifying: VerifyingKey
    package let sealing: SealingPrivateKey

    package init(verifying: VerifyingKey, sealing: SealingPrivateKey) {
        self.verifying = verifying
        self.sealing = sealing
    }

    /// - Throws: `TrustError` where the hub's key is none.
    package init(_ identity: NodeIdentity) throws(TrustError) {
        self.init(verifying: try VerifyingKey(text: identity.answer.signingKey), sealing: identity.sealingKey)
    }
}
