import Base
import Fleet
import Foundation
import TestSupport
import Testing

extension InstallationTests {
    /// Everything at once, over TLS, with the programs as they are installed. What each part does is tested elsewhere; here it is that they do it
    /// together, and go on while one of them is killed or thrown out.
    @Suite("A fleet over TLS", .serialized)
    struct SecureFleetTests {
        @Test(
            "three nodes join through two replicas; a killed replica, a killed broker and a revoked node take nothing from the others",
            .timeLimit(.minutes(10)))
        func fleet() async throws {
            let fleet = try await SecureFleet()
            do {
                try await arrive(fleet)
                try await settings(fleet)
                // From here on somebody is missing.
                try await loseReplica(fleet)
                try await loseBroker(fleet)
                try await revoke(fleet)
                for replica in fleet.site.replicas {
                    let (status, output) = try await replica.check()
                    #expect(status == 0, "\(replica.name): \(output)")
                }
            } catch {
                for replica in fleet.site.replicas { print("\(replica.name): \(replica.output.suffix(3000))") }
                for node in fleet.nodes { print("\(node.name): \(node.output.suffix(3000))") }
                await fleet.stop()
                throw error
            }
            await fleet.stop()
        }

        /// Events and pictures of all nodes, at both replicas, whichever took them in.
        private func arrive(_ fleet: SecureFleet) async throws {
            let start = Timestamp(microseconds: 0)
            for hub in fleet.hubs {
                try await fleet.events(of: fleet.nodes, at: hub, since: start)
                try await fleet.pictures(of: fleet.nodes, at: hub, since: start)
                #expect(await hub.isReady())
            }
        }

        /// Settings that one replica is told are in force on every node, and the other one knows it; the cameras go on with them.
        private func settings(_ fleet: SecureFleet) async throws {
            for (number, node) in fleet.nodes.enumerated() {
                try await fleet.hubs[number % 2].setSettings(of: "\(node.name)-cam", #"{"sensitivity":\#(60 + number)}"#)
            }
            for (number, node) in fleet.nodes.enumerated() {
                let other = fleet.hubs[(number + 1) % 2]
                try await eventually("the settings of \(node.name) to be in force") {
                    try await other.settingsState(of: "\(node.name)-cam") == "applied"
                }
                #expect(try node.configurationText().contains("sensitivity = \(60 + number)\n"))
            }
            try await fleet.events(of: fleet.nodes, at: fleet.hubs[0], since: SystemClock().now)
        }

        /// The other replica serves all nodes, those included that joined by the one that is gone; and the one comes back.
        private func loseReplica(_ fleet: SecureFleet) async throws {
            let (lost, other) = (fleet.hubs[0], fleet.hubs[1])
            await lost.replica.kill()
            let death = SystemClock().now
            try await fleet.events(of: fleet.nodes, at: other, since: death)
            try await fleet.pictures(of: fleet.nodes, at: other, since: death)
            #expect(await other.isReady())
            #expect(await !lost.isReady())
            try lost.replica.start()
            try await eventually("\(lost.replica.name) to be back") { await lost.isReady() }
            try await fleet.events(of: fleet.nodes, at: lost, since: SystemClock().now)
            try await fleet.nothingIsLost(of: fleet.nodes)
        }

        /// What happens while there is no broker waits in the outboxes, and arrives once there is one.
        private func loseBroker(_ fleet: SecureFleet) async throws {
            await fleet.site.broker.kill()
            for node in fleet.nodes { try await eventually("events of \(node.name) that wait") { try node.waiting() > 0 } }
            try await fleet.site.broker.start()
            try await fleet.nothingIsLost(of: fleet.nodes)
            let back = SystemClock().now
            for hub in fleet.hubs {
                try await fleet.events(of: fleet.nodes, at: hub, since: back)
                try await eventually("\(hub.replica.name) to be ready") { await hub.isReady() }
                for node in fleet.nodes {
                    try await eventually("\(node.name) online") { try await hub.node(node.name).state == "online" }
                    #expect(try await hub.node(node.name).missing == 0)
                }
            }
        }

        /// The node is out at both replicas and at the broker, though only one replica was told; the others go on.
        private func revoke(_ fleet: SecureFleet) async throws {
            let (revoked, others) = (fleet.nodes[1], [fleet.nodes[0], fleet.nodes[2]])
            let identity = try revoked.identity()
            for hub in fleet.hubs { #expect(try await hub.identity(identity) == 200) }
            let (list, said) = (try fleet.revocations(), revoked.output.utf8.count)
            let (status, output) = try await fleet.hubs[1].replica.command(["revoke", revoked.name])
            #expect(status == 0, "\(output)")
            try await fleet.passOnRevocations(otherThan: list)
            for hub in fleet.hubs {
                try await eventually("\(hub.replica.name) to refuse the certificate") { try await hub.identity(identity) == 403 }
                #expect(try await hub.node(revoked.name).revokedAt != nil)
            }
            try await eventually("the broker to refuse the node: \(revoked.output.suffix(2000))") {
                String(decoding: Array(revoked.output.utf8).dropFirst(said), as: UTF8.self).contains("may have ended or be revoked")
            }
            let answer = try await fleet.answerOfBroker(to: identity)
            #expect(answer.contains("certificate revoked"), "\(answer)")
            let since = SystemClock().now
            for hub in fleet.hubs {
                try await fleet.events(of: others, at: hub, since: since)
                try await fleet.pictures(of: others, at: hub, since: since)
                #expect(try await hub.identity(others[0].identity()) == 200)
                #expect(try await hub.motion(of: revoked.name).allSatisfy { Timestamp(rfc3339: $0.receivedAt).map { $0 < since } ?? false })
            }
            try await fleet.nothingIsLost(of: others)
        }
    }
}
