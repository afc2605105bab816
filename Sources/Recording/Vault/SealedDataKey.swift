/// A segment's key as it stands in the segment's header, for one recipient.
package struct SealedDataKey: Sendable, Hashable {
    /// The recipient's public key, as `SealingPublicKey.text`.
    package let to: String
    /// A sealed box (`SealedBox`) with the 32 bytes of the key.
    package let box: [UInt8]

    package init(to: String, box: [UInt8]) {
        self.to = to
        self.box = box
    }
}
