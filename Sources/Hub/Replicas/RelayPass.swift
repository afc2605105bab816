private import Protocol
import Trust

/// A replica's word, signed with the key that all replicas of an installation share, that it passes on what a node sends for a ticket, and
/// which node that is. It holds for one upload, as its ticket does.
struct RelayPass: Sendable, Hashable, Codable {
    /// The request's field that carries it: the text and its signature, each as URL-safe Base64, with a point in between.
    static let field = "Vigilar-Relay"
    /// Bytes of the longest one that is looked at.
    private static let limit = 2048

    var v = 1
    /// The id of the replica that gave out the ticket.
    let replica: String
    /// The node whose certificate the other replica has seen.
    let node: String
    let ticket: String

    init(replica: String, node: String, ticket: String) {
        self.replica = replica
        self.node = node
        self.ticket = ticket
    }

    /// - Throws: `TrustError`.
    func sealed(with key: SigningKey) throws -> String {
        let text = NodeJSON.encode(self) ?? []
        return Base64URL.encode(text) + "."
            + Base64URL.encode(try SignedText(signing: text, domain: SignedDomain.relay, with: key).signature)
    }

    /// Reads one that came with a request.
    /// - Returns: Nil where no replica of this installation has signed it.
    init?(_ text: String, from key: VerifyingKey) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.limit, parts.count == 2, let payload = Base64URL.decode(String(parts[0])),
            let signature = Base64URL.decode(String(parts[1])),
            let checked = try? SignedText(payload: payload, signature: signature).verify(domain: SignedDomain.relay, with: key),
            let pass = try? NodeJSON.decode(RelayPass.self, from: checked), pass.v == 1
        else { return nil }
        self = pass
    }
}
