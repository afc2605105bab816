package import Base

/// Screens, and the codes by which they are paired. Both adapters have it, and one conformance suite runs over both.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol KioskStore: Sendable {
    /// Adds one, and forgets those whose time is over. Where there are more than `limit` then that nobody has approved, those go that are the oldest
    /// of the networks with the most.
    func addPairing(_ pairing: KioskPairing, limit: Int, at time: Timestamp) async throws(StoreError)
    /// Approves the screen that shows a code.
    /// - Returns: False where no screen shows it, or it was approved already: then nothing was changed.
    func approvePairing(codeHash: [UInt8], _ plan: KioskPlan, at time: Timestamp) async throws(StoreError) -> Bool
    /// Makes a screen of a pairing that was approved, and uses the pairing up.
    /// - Parameters:
    ///   - tokenHash: Of the session that the screen gets.
    ///   - isSecure: Whether its browser speaks TLS.
    func claimPairing(
        secretHash: [UInt8], tokenHash: [UInt8], isSecure: Bool, at time: Timestamp
    ) async throws(StoreError) -> KioskClaim
    /// All screens, by name.
    func kiosks() async throws(StoreError) -> [Kiosk]
    /// Nil where there is none.
    func kiosk(_ tokenHash: [UInt8]) async throws(StoreError) -> Kiosk?
    /// Takes a screen away, with its session.
    /// - Returns: Its name; nil where there is none.
    func deleteKiosk(_ tokenHash: [UInt8]) async throws(StoreError) -> String?
}
