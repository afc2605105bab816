import Base
import Foundation
import Logging
import MQTT
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The service over a real Mosquitto and both stores.
@Suite struct PresenceServiceTests {
    @Test(arguments: StoreKind.allCases)
    func `A node that dies while the broker is down is away once the broker is back, and comes back`(_ kind: StoreKind) async throws {
        let site = try await PresenceSite(kind)
        try await site.run(replicas: 1) {
            try await site.withNode("porch") { porch in
                try await site.withNode("yard") { _ in
                    try await eventually("both nodes to be there") {
                        try await site.rows().filter(\.isOnline).map(\.node) == ["porch", "yard"]
                    }
                    await site.broker.kill()
                    porch.silence()
                    try await site.broker.start()
                    try await eventually("porch to be away") { try await site.events("node_offline").count == 1 }
                    let offline = try await site.events("node_offline")[0].event
                    #expect(offline.sourceID == "porch")
                    #expect(offline.node == "hub")
                    #expect(offline.endTS == nil)
                    // The last sign of life, and not the moment at which somebody noticed.
                    #expect(offline.ts.advanced(bySeconds: PresenceSite.patience) <= SystemClock().now)
                    porch.speak()
                    try await eventually("porch to be back") { try await site.events("node_online").count == 1 }
                    let ended = try #require(try await site.store.event(offline.id)).event
                    #expect(ended.rev == 2)
                    #expect(ended.ts == offline.ts)
                    let end = try #require(ended.endTS)
                    #expect(end > ended.ts)
                    // The one that kept its connection as far as the broker let it was never away.
                    #expect(try await site.events("node_offline").allSatisfy { $0.event.sourceID == "porch" })
                }
            }
        }
        #expect(try await site.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `A hub that was off for an hour tells of the node that left meanwhile, and of no other`(_ kind: StoreKind) async throws {
        let site = try await PresenceSite(kind)
        let before = SystemClock().now.advanced(bySeconds: -3600)
        try await site.plant(["porch", "yard"].map { PresenceRecord(node: $0, isOnline: true, since: before, lastSeen: before) })
        try await site.run(replicas: 1) {
            try await site.withNode("yard") { _ in
                try await eventually("porch to be away") { try await site.events("node_offline").count == 1 }
                #expect(try await site.events("node_offline")[0].event.ts == before)
                let rows = try await site.rows()
                #expect(rows.map(\.isOnline) == [false, true])
                #expect(rows[0].since == before)
                #expect(try await site.events("node_offline")[0].event.sourceID == "porch")
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Two replicas make one row and one event, and the second takes over`(_ kind: StoreKind) async throws {
        let site = try await PresenceSite(kind)
        try await site.run(replicas: 2) {
            try await site.withNode("porch") { porch in
                try await eventually("porch to be there") { try await site.rows().map(\.isOnline) == [true] }
                porch.silence()
                try await eventually("porch to be away") { try await site.events("node_offline").count == 1 }
                #expect(site.leading == 1)
                try await site.stopLeader()
                try await eventually("another replica to lead") { site.leading == 1 }
                porch.speak()
                try await eventually("porch to be back") { try await site.events("node_online").count == 1 }
            }
        }
        #expect(try await site.rows().map(\.transition) == [2])
        #expect(try await site.events("node_offline").map(\.event.rev) == [2])
        #expect(try await site.store.stampAll().count <= 3)
        #expect(try await site.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `What a leader left in a row is stored once by the next, whether it had been stored already or not`(_ kind: StoreKind) async throws
    {
        for wasStored in [false, true] {
            let site = try await PresenceSite(kind)
            let before = SystemClock().now.advanced(bySeconds: -100)
            var row = PresenceRecord(node: "porch", isOnline: false, since: before, lastSeen: before)
            row.transition = 1
            let event = PresenceEvent.offline(row, site: "home", end: nil)
            row.pending = [event]
            if wasStored {
                let body = try event.event(epoch: "presence-1-x", seq: 0)
                _ = try await site.store.ingest(
                    IngestBatch(node: "hub", epoch: "presence-1-x", events: [body], refused: [], receivedAt: before))
            }
            try await site.plant([row])
            try await site.run(replicas: 1) {
                try await eventually("the row to be empty") { try await site.rows().allSatisfy { $0.pending.isEmpty } }
            }
            #expect(try await site.events("node_offline").map(\.event.id) == [event.id])
            #expect(try await site.store.stampAll().count == 1)
            #expect(try await site.store.quarantineCount() == 0)
        }
    }

    @Test func `A retained state tells a new leader the cameras and the version, and a last will that a node is away`() async throws {
        let site = try await PresenceSite(.sqlite)
        try await site.withNode("porch") { porch in
            try await porch.announce(.online)
            try await site.run(replicas: 1) {
                try await eventually("the cameras") { try await site.rows().first?.state?.cameras?.map(\.name) == ["Porch"] }
                #expect(try await site.rows()[0].state?.version == "1.2")
                porch.silence()
                try await porch.announce(.offline)
                try await eventually("porch to be away") { try await site.events("node_offline").count == 1 }
                #expect(String(decoding: try await site.events("node_offline")[0].event.payload, as: UTF8.self).contains("[\"porch-cam\"]"))
            }
        }
    }

    @Test func `Garbage and strangers are counted, and a node that is added while it talks is taken in with its state`() async throws {
        let site = try await PresenceSite(.sqlite)
        try await site.run(replicas: 1) {
            try await site.withNode("shed") { shed in
                try await shed.announce(.online)
                try await eventually("the stranger to be counted") { site.ignored("unknown") >= 1 }
                // Said again until it is counted: a leader whose lease or connection ends on a busy machine hears nothing meanwhile.
                for (part, garbage) in [("health", "{\"ts\":1}"), ("state", "[]")] {
                    let before = site.ignored("unreadable")
                    try await eventually("garbage as \(part) to be counted") {
                        try await shed.send(part, garbage)
                        return site.ignored("unreadable") > before
                    }
                }
                #expect(try await site.rows() == [])
                try await site.store.upsertNode(NodeRecord(name: "shed", site: "garden", addedAt: SystemClock().now))
                try await eventually("shed's cameras") { try await site.rows().first?.state?.cameras?.count == 1 }
            }
        }
    }

    @Test func `Every replica's metrics tell of the nodes that the store has`() async throws {
        let site = try await PresenceSite(.sqlite)
        try await site.run(replicas: 2) {
            try await site.withNode("porch") { _ in
                for metrics in site.metrics {
                    try await eventually("porch's figures") { metrics.value("vigilar_node_online", labels: [("node", "porch")]) == 1 }
                    #expect(metrics.text().contains("vigilar_node_online{node=\"yard\"} 0"))
                    #expect(metrics.value("vigilar_node_outbox_waiting", labels: [("node", "porch")]) == 3)
                    #expect(metrics.value("vigilar_node_cpu_cores", labels: [("node", "porch")]) == 0.5)
                }
            }
        }
    }
}
