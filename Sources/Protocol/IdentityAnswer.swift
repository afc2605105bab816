/// The answer of `GET /api/v1/nodes/{node}/identity`: what the hub tells a node that shows its certificate.
package struct IdentityAnswer: Sendable, Hashable, Codable {
    package var node: String
    /// The key to which the node seals pictures and recordings from now on; nil from hubs of before it could be replaced.
    package var sealingKey: String?

    package init(node: String, sealingKey: String?) {
        self.node = node
        self.sealingKey = sealingKey
    }

    private enum CodingKeys: String, CodingKey {
        case node
        case sealingKey = "sealing_key"
    }
}
