package import Base

/// What a node is told when it has joined, or when its certificate was renewed.
package struct JoinAnswer: Sendable, Hashable, Codable {
    package var node: String
    package var site: String
    /// The node's certificate, PEM.
    package var certificate: String
    /// The authority's certificate, PEM.
    package var authority: String
    /// When the certificate ends.
    package var notAfter: Timestamp
    /// Addresses of hubs, `https://host:port`, to be tried in turn.
    package var hubs: [String]
    /// Addresses of brokers, `host:port`, to be tried in turn.
    package var brokers: [String]
    /// The key that the hub signs settings with.
    package var signingKey: String
    /// The key to which a node seals pictures and recordings.
    package var sealingKey: String

    package init(
        node: String, site: String, certificate: String, authority: String, notAfter: Timestamp, hubs: [String], brokers: [String],
        signingKey: String, sealingKey: String
    ) {
        self.node = node
        self.site = site
        self.certificate = certificate
        self.authority = authority
        self.notAfter = notAfter
        self.hubs = hubs
        self.brokers = brokers
        self.signingKey = signingKey
        self.sealingKey = sealingKey
    }

    private enum CodingKeys: String, CodingKey {
        case node, site, certificate, authority, hubs, brokers
        case notAfter = "not_after"
        case signingKey = "signing_key"
        case sealingKey = "sealing_key"
    }
}
