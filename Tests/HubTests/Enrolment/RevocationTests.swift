import Base
import Foundation
import Hub
import MQTT
import Protocol
import TestSupport
import Testing
import Trust

/// What a revocation ends, on a hub as the program composes it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RevocationTests {
    /// Who revokes.
    enum Way: String, CaseIterable {
        /// This hub's own route or command.
        case here
        /// Another replica, or a command where no hub answers: only the database tells.
        case inTheStore
    }

    private func revoke(_ node: ComposedHub.Node, _ hub: ComposedHub, _ way: Way) async throws {
        switch way {
        case .here: #expect(try await hub.composition.enrolment.revoke(node: node.name))
        case .inTheStore: #expect(try await hub.composition.store.revokeNode(node.name, at: SystemClock().now))
        }
    }

    @Test(
        "A revoked node that publishes all the time is cut off for good, over MQTT and HTTPS, and another one notices nothing",
        arguments: Way.allCases, [false, true])
    func cutOff(_ way: Way, _ afterKill: Bool) async throws {
        let hub = try await ComposedHub()
        let (porch, garden) = (try await hub.join("porch"), try await hub.join("garden"))
        let (https, bystander) = (try await hub.connect(porch), try await hub.connect(garden))
        #expect(try await hub.identity(porch, https) == 200)
        #expect(try await hub.identity(garden, bystander) == 200)
        try await hub.withPublisher(porch) { bad in
            try await hub.withPublisher(garden) { good in
                try await bad.goesOn()
                try await good.goesOn()
                if afterKill {
                    let pid = try #require(hub.broker.processID)
                    kill(pid, SIGKILL)
                    try await eventually("another Mosquitto") { hub.broker.status == .ready && hub.broker.processID != pid }
                    try await eventually("the nodes to come back") { bad.client.isConnected && good.client.isConnected }
                    try await bad.goesOn()
                    try await good.goesOn()
                }
                let connections = (bad: bad.client.statistics.connections, good: good.client.statistics.connections)
                let errors = good.seen.errors.count

                try await revoke(porch, hub, way)
                try await eventually("the node's MQTT connection to end") { !bad.client.isConnected }
                try await eventually("its next attempts to be refused") { bad.refusals >= 3 }
                try await eventually("its HTTPS connection to end") { https.isClosed }
                #expect(bad.client.statistics.connections == connections.bad)
                #expect(try await hub.identity(porch, hub.connect(porch)) == 403)

                try await good.goesOn()
                #expect(good.client.isConnected && good.client.statistics.connections == connections.good)
                #expect(good.seen.errors.count == errors)
                #expect(try await hub.identity(garden, bystander) == 200)

                // A Mosquitto that starts afterwards begins with the same list.
                let (pid, before) = (try #require(hub.broker.processID), bad.refusals)
                kill(pid, SIGKILL)
                try await eventually("another Mosquitto") { hub.broker.status == .ready && hub.broker.processID != pid }
                try await eventually("the other node to come back") { good.client.statistics.connections == connections.good + 1 }
                try await eventually("the revoked node to be refused again") { bad.refusals >= before + 3 }
                #expect(bad.client.statistics.connections == connections.bad)
            }
        }
        try await hub.stop()
    }

    @Test("Nodes that are revoked in one moment are all cut off, and the one that is not goes on")
    func together() async throws {
        let hub = try await ComposedHub()
        let nodes = [try await hub.join("node-1"), try await hub.join("node-2"), try await hub.join("node-3")]
        try await hub.withPublisher(nodes[0]) { one in
            try await hub.withPublisher(nodes[1]) { two in
                try await hub.withPublisher(nodes[2]) { three in
                    for node in [one, two, three] { try await node.goesOn() }
                    let (connections, errors) = ([one, two].map(\.client.statistics.connections), three.seen.errors.count)
                    for node in nodes.dropLast() { try await revoke(node, hub, .here) }
                    try await eventually("both to be refused") { one.refusals >= 3 && two.refusals >= 3 }
                    #expect([one, two].map(\.client.statistics.connections) == connections)
                    #expect(three.client.isConnected && three.seen.errors.count == errors)
                    try await three.goesOn()
                }
            }
        }
        try await hub.stop()
    }

    @Test("The disk of a node that has joined anew is of no use: its certificate is refused at the broker and by the web server")
    func anotherKey() async throws {
        let hub = try await ComposedHub()
        let old = try await hub.join("porch")
        let https = try await hub.connect(old)
        #expect(try await hub.identity(old, https) == 200)
        try await hub.withPublisher(old) { before in
            try await before.goesOn()
            let connections = before.client.statistics.connections
            let new = try await hub.join("porch")
            // Before the new one has connected, which would take the session over: it may take its time.
            try await eventually("the old certificate to be refused") { before.refusals >= 3 }
            try await eventually("the old HTTPS connection to end") { https.isClosed }
            #expect(before.client.statistics.connections == connections)
            #expect(try await hub.identity(old, hub.connect(old)) == 403)
            #expect(try await hub.identity(new, hub.connect(new)) == 200)
            try await hub.withPublisher(new) { after in
                try await after.goesOn()
                #expect(after.client.isConnected && !before.client.isConnected)
            }
        }
        try await hub.stop()
    }

    @Test("A TLS session that a revoked node has kept does not let it in", arguments: ["-tls1_2", "-tls1_3"])
    func resumption(_ version: String) async throws {
        let hub = try await ComposedHub()
        let node = try await hub.join("porch")
        let session = hub.folder.path("session.pem")
        /// What was said of the session; it stays open until then, as that of TLS 1.3 comes after the handshake.
        func openSSL(_ more: [String], until isOver: () -> Bool = { true }) async throws -> String {
            let child = try ChildProcess(
                executable: "openssl",
                arguments: [
                    "s_client", "-ign_eof", "-connect", "127.0.0.1:\(hub.broker.port)", "-CAfile", node.authorityFile, "-cert", node.file,
                    "-key", node.file, version,
                ] + more)
            try await eventually("an answer of the broker") {
                child.hasExited || isOver() && ["New, TLS", "Reused, TLS"].contains { child.output.contains($0) }
            }
            await child.terminate()
            return child.output
        }
        _ = try await openSSL(["-sess_out", session]) {
            (try? FileManager.default.attributesOfItem(atPath: session)[.size] as? Int) ?? 0 > 0
        }
        let resumed = try await openSSL(["-sess_in", session])
        #expect(resumed.contains("Reused"), "the broker resumes sessions: \(resumed)")
        try await revoke(node, hub, .here)
        // The broker reads the list within a moment.
        try await eventually("the session to be of no use") { try await !openSSL(["-sess_in", session]).contains("Reused") }
        let after = try await openSSL(["-sess_in", session])
        #expect(!after.contains("Reused"), "\(after)")
        try await hub.stop()
    }
}
