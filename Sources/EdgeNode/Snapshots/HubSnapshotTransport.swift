import Protocol

/// Pictures over HTTPS with certificates on both sides, on a connection that stays open from one to the next.
package struct HubSnapshotTransport: SnapshotTransport {
    /// Seconds that one picture may take: 100 KB on a line of 32 kbit/s.
    private static let patience: Int64 = 30

    private let identity: @Sendable () -> NodeIdentity
    private let hub: HubCaller

    /// - Parameter identity: The present one: its certificate changes when it is renewed.
    package init(_ identity: @escaping @Sendable () -> NodeIdentity) {
        self.identity = identity
        hub = HubCaller(identity)
    }

    package var addresses: [String] { hub.addresses }

    package func put(
        _ box: [UInt8], as name: SnapshotName, to address: String
    ) async throws(IdentityError) -> (status: Int, words: String) {
        let answer = try await hub.send(
            "PUT", "/api/v1/nodes/\(identity().node)/\(name.subject == .scene ? "snapshots" : "portraits")/\(name.event)", to: address,
            body: box,
            headers: [("Content-Type", "application/octet-stream"), (SnapshotWire.rankHeader, "\(name.rank)")],
            patience: Self.patience)
        return (answer.status, answer.problem)
    }

    package func close() async { await hub.close() }
}
