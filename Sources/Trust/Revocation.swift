package import Base

/// A certificate that is no longer good, although its time has not come.
package struct Revocation: Sendable, Hashable {
    /// As in `IssuedCertificate`.
    package let serial: String
    /// From when on it is not good; a list has it in whole seconds.
    package let revokedAt: Timestamp

    package init(serial: String, revokedAt: Timestamp) {
        self.serial = serial
        self.revokedAt = revokedAt
    }
}
