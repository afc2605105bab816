private import Foundation
import Protocol

/// Pictures over HTTPS with certificates on both sides, on a connection that stays open from one to the next.
package actor HubSnapshotTransport: SnapshotTransport {
    /// Seconds that one picture may take: 100 KB on a line of 32 kbit/s.
    private static let patience: Int64 = 30

    private let identity: @Sendable () -> NodeIdentity
    private var client: HubHTTPClient?
    /// The certificate that the client was made with.
    private var certificate = ""

    /// - Parameter identity: The present one: its certificate changes when it is renewed.
    package init(_ identity: @escaping @Sendable () -> NodeIdentity) { self.identity = identity }

    package nonisolated var addresses: [String] { identity().answer.hubs }

    package func put(
        _ box: [UInt8], as name: SnapshotName, to address: String
    ) async throws(IdentityError) -> (status: Int, words: String) {
        let present = identity()
        if certificate != present.answer.certificate { await close() }
        let client: HubHTTPClient
        if let open = self.client {
            client = open
        } else {
            client = try HubHTTPClient(
                .node(
                    authority: present.answer.authority, certificate: present.certificateFile.path, key: present.keyFile.path))
            self.client = client
            certificate = present.answer.certificate
        }
        let answer = try await client.send(
            "PUT", address, "/api/v1/nodes/\(present.node)/snapshots/\(name.event)", body: box,
            headers: [("Content-Type", "application/octet-stream"), (SnapshotWire.rankHeader, "\(name.rank)")],
            patience: Self.patience)
        return (answer.status, answer.problem)
    }

    package func close() async {
        let open = client
        client = nil
        await open?.close()
    }
}
