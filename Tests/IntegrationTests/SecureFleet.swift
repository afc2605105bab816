import Base
import EdgeNode
import Fleet
import Foundation
import Postgres
import Protocol
import TestSupport
import Testing

/// Two hub replicas at addresses of their own, three nodes that have joined them by invitation, a broker that is somebody else's, TLS between
/// all of them, and PostgreSQL: real programs, a process each.
final class SecureFleet: Sendable {
    let site: FaultSite
    let hubs: [SignedInHub]
    let nodes: [SecureNode]

    init() async throws {
        let programs = try FleetPrograms.besideThisProcess()
        let edge = URL(filePath: programs.hub).deletingLastPathComponent().appending(path: "vigilar-edge").path
        var recipe = TestClips.Recipe()
        recipe.width = 640
        recipe.height = 360
        recipe.seconds = 8
        let clip = try TestClips.shared.clip(recipe)
        let site = try await FaultSite(programs: programs, replicas: 2, isSecure: true)
        self.site = site
        try await site.startHubs()
        let nodes = try ["porch", "yard", "shed"].map {
            try SecureNode(name: $0, program: edge, folder: site.folder.path, source: clip)
        }
        self.nodes = nodes
        // The node's keys are made by the line itself, and so is what it knows of the hubs.
        var addresses: [String] = []
        for (index, node) in nodes.enumerated() {
            let (address, invitation) = try await site.replicas[index % 2].invite(node.name)
            try await node.join(address: address, invitation: invitation)
            addresses.append(address)
        }
        #expect(Set(addresses).count == 2)
        for node in nodes { #expect(try Set(node.identity().answer.hubs) == Set(addresses)) }
        let cookie = try await HubRequest.signIn(port: site.replicas[0].port, password: FaultSite.password)
        let authority = try nodes[0].identity().answer.authority
        hubs = try zip(site.replicas, addresses).map { try SignedInHub($0, address: $1, authority: authority, cookie: cookie) }
        for node in nodes { try node.start() }
    }

    /// Waits until a replica shows events of all these nodes that arrived after a time.
    func events(of nodes: [SecureNode], at hub: SignedInHub, since time: Timestamp) async throws {
        for node in nodes {
            try await eventually("events of \(node.name) at \(hub.replica.name): \(node.output.suffix(2000))") {
                try await hub.motion(of: node.name).contains { Timestamp(rfc3339: $0.receivedAt).map { $0 > time } ?? false }
            }
        }
    }

    /// Waits until a replica shows pictures of events of all these nodes that began after a time.
    func pictures(of nodes: [SecureNode], at hub: SignedInHub, since time: Timestamp) async throws {
        for node in nodes {
            try await eventually("a picture of \(node.name) at \(hub.replica.name): \(node.output.suffix(2000))") {
                let items = try await hub.motion(of: node.name)
                guard
                    let item = items.first(where: { item in item.snapshot != nil && Timestamp(rfc3339: item.ts).map { $0 > time } ?? false }
                    )
                else { return false }
                return try await hub.hasPicture(item.id)
            }
        }
    }

    /// Waits until everything that the nodes' outboxes have accepted by now is stored, and makes sure that nothing else is.
    func nothingIsLost(of nodes: [SecureNode]) async throws {
        for node in nodes {
            let accepted = try node.accepted()
            #expect(!accepted.isEmpty)
            try await eventually("all events of \(node.name) in the store") {
                let stored = try await self.site.stored()
                return accepted.allSatisfy { id, rev in stored[id].map { $0 >= rev } ?? false }
            }
            let rows = try await site.query("SELECT id FROM events WHERE node = '\(node.name)'")
            let made = try node.accepted()
            for row in 0..<rows.count {
                let (high, low) = rows.uuid(row, 0)
                #expect(made[EventID(high: high, low: low)] != nil, "\(node.name) made no such event")
            }
        }
    }

    /// Tells the broker of the list of revoked certificates that the hubs have written, once it differs from an earlier one.
    func passOnRevocations(otherThan before: Data) async throws {
        let list = URL(filePath: site.folder.path("trust/revoked.pem"))
        try await eventually("another list of revoked certificates") { try Data(contentsOf: list) != before }
        site.broker.reload()
    }

    /// The list of revoked certificates that the hubs have written.
    func revocations() throws -> Data { try Data(contentsOf: URL(filePath: site.folder.path("trust/revoked.pem"))) }

    /// What another implementation is told when it shows a node's certificate to the broker, until that hangs up.
    func answerOfBroker(to identity: NodeIdentity) async throws -> String {
        let files = identity.folder.path(percentEncoded: false)
        let child = try ChildProcess(
            executable: "openssl",
            arguments: [
                "s_client", "-ign_eof", "-connect", "127.0.0.1:\(site.broker.port)", "-CAfile", "\(files)authority.pem", "-cert",
                "\(files)certificate.pem", "-key", "\(files)node.key",
            ])
        _ = await child.waitForExit()
        return child.output
    }

    func stop() async {
        for node in nodes { await node.stop() }
        for hub in hubs { await hub.close() }
        await site.stop()
    }
}
