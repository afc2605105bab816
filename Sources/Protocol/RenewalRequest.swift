/// The body of `POST /api/v1/nodes/{node}/certificate`: asks for a new certificate for the key that the node joined with.
package struct RenewalRequest: Sendable, Hashable, Codable {
    /// The certificate request, PEM. Its signature is the proof: it needs the node's private key.
    package var request: String

    package init(request: String) { self.request = request }
}
