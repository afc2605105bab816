/// How a picture gets to a hub: HTTPS in the node, something smaller in tests.
package protocol SnapshotTransport: Sendable {
    /// The hub's addresses, to be tried in turn.
    var addresses: [String] { get }

    /// Sends one picture.
    /// - Parameter box: Sealed.
    /// - Returns: The status of the hub's answer, with words for a person.
    /// - Throws: `IdentityError` where no answer comes.
    func put(_ box: [UInt8], as name: SnapshotName, to address: String) async throws(IdentityError) -> (status: Int, words: String)

    /// Lets go of connections; the next `put` makes one again.
    func close() async
}
