import Base
import Foundation
import Logging
import MQTT
import Protocol
import TestSupport
import Testing

@testable import EdgeNode

@Suite("Uplink over a real broker", .timeLimit(.minutes(10)))
struct UplinkTests {
    let fixture: OutboxFixture

    init() throws { fixture = try OutboxFixture() }

    private static let quick: UplinkSettings = {
        var settings = UplinkSettings()
        settings.retry = 0.2...0.5
        return settings
    }()

    private struct Node: Sendable {
        let outbox: Outbox
        let uplink: Uplink
    }

    /// Runs a node's services on the broker while `body` runs.
    private func withNode<T: Sendable>(_ url: String, _ body: (Node) async throws -> T) async throws -> T {
        let broker = try MQTTConfiguration(url: url, clientID: "unused")
        var configuration = HubSession.configuration(node: "porch", host: broker.host, port: broker.port, username: nil, password: nil)
        configuration.reconnectDelay = 0.05...0.2
        let client = MQTTClient(configuration, logger: .silent)
        let outbox = Outbox(
            OutboxConfiguration(path: fixture.path, node: "porch", site: "home", maximumEvents: 10_000), metrics: fixture.metrics,
            logger: .silent)
        let uplink = Uplink(
            node: "porch", outbox: outbox, transport: client, settings: Self.quick, metrics: fixture.metrics, logger: .silent)
        let link = HubLink(
            node: "porch", transport: client, uplink: uplink, commands: CommandHandler(node: "porch", uplink: uplink),
            state: { NodeState(state: .online, version: "1", cameras: []) }, metrics: fixture.metrics, logger: .silent)
        let health = HealthReporter(
            node: "porch", folder: fixture.folder.path, outbox: outbox, transport: client, cameras: { [] }, interval: .milliseconds(100),
            logger: .silent)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            group.addTask { try await uplink.run() }
            group.addTask { try await link.run() }
            group.addTask { try await health.run() }
            let result = try await body(Node(outbox: outbox, uplink: uplink))
            group.cancelAll()
            return result
        }
    }

    private func drained(_ node: Node) async throws {
        try await eventually("an empty outbox") { try await node.outbox.status().waiting == 0 }
    }

    @Test("a backlog of 2,000 events drains, compressed, each row committed exactly")
    func backlog() async throws {
        let broker = try await MosquittoServer()
        let hub = try FakeHub(url: broker.url)
        try await withNode(broker.url) { node in
            for _ in 0..<20 { _ = try await node.outbox.append((0..<100).map { _ in fixture.draft() }) }
            try await hub.serving {
                try await drained(node)
                let epoch = try await node.outbox.status().epoch
                #expect(hub.snapshot.committed[epoch] == SequenceRanges((1...2000).map(Int64.init)))
                #expect(hub.snapshot.contentTypes.contains(Topics.zstd))
                _ = try await node.outbox.append([fixture.draft()])
                try await drained(node)
                #expect(hub.snapshot.contentTypes.last == Topics.json)
            }
        }
    }

    @Test("acknowledgements that are lost, and a hub that comes late, cost nothing")
    func lostAnswers() async throws {
        let broker = try await MosquittoServer()
        let hub = try FakeHub(url: broker.url) { _, count in count % 3 == 0 ? nil : [] }
        try await withNode(broker.url) { node in
            _ = try await node.outbox.append((0..<300).map { _ in fixture.draft() })
            try await eventually("a batch that found no hub") {
                fixture.metrics.value("vigilar_uplink_batches_total", labels: [("outcome", "no_hub")]) > 1
            }
            try await hub.serving { try await drained(node) }
            #expect(hub.snapshot.ids.count == 300)
        }
    }

    @Test("a batch that the hub calls unreadable is halved, and all but the culprit arrive")
    func unreadable() async throws {
        let broker = try await MosquittoServer()
        let hub = try FakeHub(url: broker.url) { batch, _ in
            guard batch.events.contains(where: { $0.seq == 13 }) else { return nil }
            var answer = Acknowledgement(epoch: batch.epoch, batch: batch.batch)
            answer.unreadable = "a test says so"
            return [answer]
        }
        try await withNode(broker.url) { node in
            _ = try await node.outbox.append((0..<60).map { _ in fixture.draft() })
            try await hub.serving { try await drained(node) }
            #expect(hub.snapshot.ids.count == 59)
            #expect(try await node.outbox.status().deadLetters == 1)
        }
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("an old copy of the outbox, put back, starts a new epoch and loses nothing")
    func oldCopy() async throws {
        let broker = try await MosquittoServer()
        let first = Array((0..<40).map { _ in fixture.draft() })
        let second = Array((0..<40).map { _ in fixture.draft() })
        let third = Array((0..<40).map { _ in fixture.draft() })
        let copy = fixture.folder.path("copy.sqlite")
        // Knows which id it holds under which number, as the real hub does.
        let held = HeldNumbers()
        let hub = try FakeHub(url: broker.url) { batch, _ in held.answer(batch) }
        try await hub.serving {
            try await withNode(broker.url) { node in
                _ = try await node.outbox.append(first)
                try await drained(node)
                await node.outbox.close()
                try FileManager.default.copyItem(atPath: fixture.path, toPath: copy)
                _ = try await node.outbox.append(second)
                try await drained(node)
                await node.outbox.close()
            }
            try FileManager.default.removeItem(atPath: fixture.path)
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: fixture.path + suffix) }
            try FileManager.default.moveItem(atPath: copy, toPath: fixture.path)
            try await withNode(broker.url) { node in
                let before = try await node.outbox.status().epoch
                _ = try await node.outbox.append(third)
                try await drained(node)
                #expect(try await node.outbox.status().epoch != before)
                await node.outbox.close()
            }
        }
        #expect(hub.snapshot.ids == Set((first + second + third).map(\.id)))
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("an outbox that is damaged and replaced while the uplink runs goes on sending: what is legible, and what is new")
    func damagedWhileRunning() async throws {
        let broker = try await MosquittoServer()
        let hub = try FakeHub(url: broker.url)
        try await withNode(broker.url) { node in
            let epoch = try await node.outbox.status().epoch
            try await hub.serving {
                _ = try await node.outbox.append((0..<200).map { _ in fixture.draft() })
                try await drained(node)
                await node.outbox.close()
                try Data(repeating: 0x5A, count: 40_000).write(to: URL(fileURLWithPath: fixture.path))
                for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: fixture.path + suffix) }
                let fresh = (0..<20).map { _ in fixture.draft() }
                _ = try await node.outbox.append(fresh)
                #expect(try await node.outbox.status().epoch != epoch)
                try await drained(node)
                #expect(hub.snapshot.ids.isSuperset(of: fresh.map(\.id)))
            }
        }
    }

    @Test("a broker that is killed and comes back without any memory costs nothing, and the state is published again")
    func brokerDies() async throws {
        let broker = try await MosquittoServer()
        let hub = try FakeHub(url: broker.url)
        try await withNode(broker.url) { node in
            try await hub.serving {
                _ = try await node.outbox.append((0..<10).map { _ in fixture.draft() })
                try await drained(node)
                await broker.stop()
                _ = try await node.outbox.append((0..<500).map { _ in fixture.draft() })
                try await broker.start()
                try await drained(node)
                #expect(hub.snapshot.ids.count == 510)
                try await eventually("the state, twice") {
                    hub.snapshot.messages.count { $0.topic == Topics.state(node: "porch") } >= 2
                }
            }
        }
    }

    @Test("ping and resend are answered to the reply topic with their correlation data; health tells epoch and numbers")
    func commands() async throws {
        let broker = try await MosquittoServer()
        let hub = try FakeHub(url: broker.url)
        try await withNode(broker.url) { node in
            try await hub.serving {
                let since = SystemClock().now
                _ = try await node.outbox.append((0..<5).map { _ in fixture.draft() })
                try await drained(node)
                let requests = ["{\"command\":\"ping\"}", "{\"command\":\"resend\",\"since\":\"\(since)\"}", "{\"command\":\"dance\"}"]
                for (index, text) in requests.enumerated() {
                    try await hub.publish(
                        MQTTMessage(
                            topic: Topics.command(node: "porch"), payload: Array(text.utf8), responseTopic: Topics.reply(node: "porch"),
                            correlationData: [UInt8(index)], messageExpiry: 30))
                }
                try await eventually("three replies") { hub.snapshot.messages.count { $0.topic == Topics.reply(node: "porch") } == 3 }
                let replies = hub.snapshot.messages.filter { $0.topic == Topics.reply(node: "porch") }
                #expect(replies.map(\.correlationData) == [[0], [1], [2]])
                let decoded = try replies.map { try NodeJSON.decode(NodeReply.self, from: $0.payload) }
                #expect(decoded.map(\.ok) == [true, true, false])
                #expect(decoded[1].rows == 5)
                try await eventually("the rows again") { hub.snapshot.batches.flatMap(\.events).count >= 10 }
                try await drained(node)
                let epoch = try await node.outbox.status().epoch
                try await eventually("a report of health with the last number") {
                    try hub.snapshot.messages.filter { $0.topic == Topics.health(node: "porch") }.contains {
                        let health = try NodeJSON.decode(NodeHealth.self, from: $0.payload)
                        return health.epoch == epoch && health.lastSeq == 5 && health.outbox?.waiting == 0 && health.memory ?? 0 > 0
                    }
                }
            }
        }
    }
}
