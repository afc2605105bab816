package import Base

/// A certificate that was just issued, and what to remember of it.
package struct IssuedCertificate: Sendable, Hashable {
    /// The certificate alone, without the authority's.
    package let pem: String
    /// 32 lower-case hexadecimal digits, by which it can be revoked.
    package let serial: String
    /// Five minutes before it was issued, for clocks that are behind.
    package let notBefore: Timestamp
    /// The last second in which it is valid.
    package let notAfter: Timestamp
}
