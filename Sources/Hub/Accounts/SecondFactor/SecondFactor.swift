/// What an account must show beside its password, as the store keeps it.
package struct SecondFactor: Sendable, Hashable {
    /// The secret that a phone shares with the hub, sealed to the hub's key: who has the database alone cannot make codes.
    package var sealed: [UInt8]
    /// The step of the code that was used last: no code is good twice (RFC 6238, section 5.2).
    package var usedStep: Int64
    /// Hashes of the recovery codes that are left.
    package var recovery: [String]

    package init(sealed: [UInt8], usedStep: Int64, recovery: [String]) {
        self.sealed = sealed
        self.usedStep = usedStep
        self.recovery = recovery
    }
}
