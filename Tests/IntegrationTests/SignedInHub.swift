import Base
import EdgeNode
import Fleet
import Foundation
import Protocol

/// A replica's API over TLS, as somebody sees it who trusts the authority and is signed in.
struct SignedInHub: Sendable {
    /// An event in the list.
    struct Item: Decodable {
        let id: String
        let ts: String
        let receivedAt: String
        let snapshot: Int?
    }

    /// A node's state and figures.
    struct NodeFigures: Decodable {
        let state: String
        let revokedAt: String?
        let missing: Int?
    }

    private struct List: Decodable {
        let items: [Item]
    }

    let replica: HubReplica
    /// `https://host:port`.
    let address: String
    private let client: HubHTTPClient
    private let cookie: String

    init(_ replica: HubReplica, address: String, authority: String, cookie: String) throws {
        self.replica = replica
        self.address = address
        self.cookie = cookie
        client = try HubHTTPClient(.authority(authority))
    }

    func close() async { await client.close() }

    /// Whether every part of the hub works.
    func isReady() async -> Bool { (try? await client.send("GET", address, "/readyz"))?.status == 200 }

    /// The newest events of one node's camera.
    func motion(of node: String) async throws -> [Item] {
        try await get(List.self, "/api/v1/events?node=\(node)&type=motion&limit=20").items
    }

    func node(_ name: String) async throws -> NodeFigures { try await get(NodeFigures.self, "/api/v1/nodes/\(name)") }

    /// Whether there is a picture of an event, and it is one.
    func hasPicture(_ event: String) async throws -> Bool {
        let answer = try await client.send("GET", address, "/api/v1/events/\(event)/snapshot.jpg", headers: [("Cookie", cookie)])
        return answer.status == 200 && answer.body.starts(with: [0xFF, 0xD8, 0xFF]) && answer.body.count > 1000
    }

    /// Wants settings of a camera, whatever the node's are.
    func setSettings(of camera: String, _ json: String) async throws {
        let answer = try await client.send(
            "PUT", address, "/api/v1/cameras/\(camera)/config", body: Array(json.utf8),
            headers: [("Cookie", cookie), ("Content-Type", "application/json"), ("Sec-Fetch-Site", "same-origin")])
        guard answer.status == 202 else {
            throw FleetError("the settings of \(camera) were answered with \(answer.status): \(answer.problem)")
        }
    }

    func settingsState(of camera: String) async throws -> String {
        try await get(Settings.self, "/api/v1/cameras/\(camera)/config").state
    }

    private struct Settings: Decodable {
        let state: String
    }

    /// What the hub answers a node that shows its certificate; nil where it hangs up.
    func identity(_ identity: NodeIdentity) async throws -> Int? {
        let client = try HubHTTPClient(
            .node(
                authority: identity.answer.authority, certificate: identity.folder.appending(path: "certificate.pem").path,
                key: identity.folder.appending(path: "node.key").path))
        let answer = try? await client.send("GET", address, "/api/v1/nodes/\(identity.node)/identity")
        await client.close()
        return answer?.status
    }

    private func get<Value: Decodable>(_ type: Value.Type, _ path: String) async throws -> Value {
        let answer = try await client.send("GET", address, path, headers: [("Cookie", cookie)])
        guard answer.status == 200 else { throw FleetError("\(address)\(path): \(answer.problem)") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(answer.body))
    }
}
