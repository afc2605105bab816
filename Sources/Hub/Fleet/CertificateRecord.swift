package import Base

/// A client certificate that was issued to a node.
package struct CertificateRecord: Sendable, Hashable {
    /// Hexadecimal. Compared as text: whoever writes and whoever asks spell it alike.
    package var serial: String
    package var node: String
    package var issuedAt: Timestamp
    /// The last moment at which it is valid.
    package var notAfter: Timestamp
    /// Of the key that it is for.
    package var keyFingerprint: String
    /// When it was ended before its time.
    package var revokedAt: Timestamp?

    package init(
        serial: String, node: String, issuedAt: Timestamp, notAfter: Timestamp, keyFingerprint: String, revokedAt: Timestamp? = nil
    ) {
        self.serial = serial
        self.node = node
        self.issuedAt = issuedAt
        self.notAfter = notAfter
        self.keyFingerprint = keyFingerprint
        self.revokedAt = revokedAt
    }
}
