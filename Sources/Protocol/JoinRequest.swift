/// The body of `POST /api/v1/join`: what a node sends once, with the invitation that it was given.
package struct JoinRequest: Sendable, Hashable, Codable {
    /// The invitation's whole text.
    package var invitation: String
    /// The node's certificate request, PEM. Its private key never leaves the node.
    package var request: String
    /// The node's public key to which the hub seals what only this node may read.
    package var sealingKey: String

    package init(invitation: String, request: String, sealingKey: String) {
        self.invitation = invitation
        self.request = request
        self.sealingKey = sealingKey
    }

    private enum CodingKeys: String, CodingKey {
        case invitation, request
        case sealingKey = "sealing_key"
    }
}
