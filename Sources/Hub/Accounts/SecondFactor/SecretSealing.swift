private import Trust

/// Seals the secrets of second factors, and opens them.
package struct SecretSealing: Sendable {
    /// - Throws: What kept it from sealing.
    let seal: @Sendable (_ secret: [UInt8], _ context: [UInt8]) throws -> [UInt8]
    /// Nil where it cannot be opened: it was sealed to a key that is gone, or for another account.
    let open: @Sendable (_ box: [UInt8], _ context: [UInt8]) -> [UInt8]?

    /// A secret is its account's: another's row does not open with it.
    static func context(_ account: String) -> [UInt8] { Array("vigilar second factor:\(account)".utf8) }
}

extension SecretSealing {
    /// By the hub's own keys, which all replicas have.
    package init(_ keyring: Keyring) {
        seal = { try SealedBox.seal($0, to: keyring.publicKey, context: $1) }
        open = { keyring.open($0, context: $1) }
    }
}
