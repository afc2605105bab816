private import HTTPTypes
import Hummingbird
private import NIOSSL
private import Trust

/// Tells which node a request comes from: the one that the connection's certificate names, as long as it is not revoked.
package struct NodeGate: Sendable {
    let store: any FleetStore
    let connections: NodeConnections

    package init(store: any FleetStore, connections: NodeConnections) {
        self.store = store
        self.connections = connections
    }

    /// - Parameter wanted: The node that the route is about; another one's certificate is refused.
    /// - Throws: `Problem`: 401 without a certificate, 403 for a revoked one or another node's; `StoreError`.
    package func admit(_ wanted: String, _ context: WebContext) async throws {
        // The handshake has checked the authority's signature, the times and the purpose.
        guard let certificate = try? await context.channel.nioSSL_peerCertificate().get(), let der = try? certificate.toDERBytes(),
            let facts = try? CertificateFacts(der: der)
        else { throw Self.noCertificate }
        guard facts.commonName == wanted else { throw Self.refused }
        // Noted first: a revocation that comes while the store is asked finds the connection.
        connections.note(context.channel, serial: facts.serial)
        guard let record = try await store.certificate(serial: facts.serial), record.node == wanted, record.revokedAt == nil else {
            throw Self.refused
        }
    }

    private static let noCertificate = Problem(
        .unauthorized, "no-certificate", "A node's certificate is needed",
        "Connect over TLS with the certificate that the node got on joining.")
    private static let refused = Problem(
        .forbidden, "not-this-node", "Not for this node", "The certificate is revoked, or it is another node's.")
}
