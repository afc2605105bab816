import Base
import Foundation
import Hub
import Logging
import ServiceLifecycle
import TestSupport
import Testing

/// What a hub says of the rights that it lacks at a broker that is somebody else's.
@Suite(.timeLimit(.minutes(10))) struct BrokerProbeTests {
    /// What the hub needs, as lines of Mosquitto's `acl_file`.
    private static let rights = [
        "readwrite vigilar/node/+/state", "readwrite vigilar/node/+/health", "readwrite vigilar/node/+/reply",
        "readwrite vigilar/node/+/events",
        "readwrite vigilar/node/+/ack", "write vigilar/node/+/command", "readwrite vigilar/hub/wake", "readwrite vigilar/events/published",
    ]

    /// A right that is missing, what stands in its place, and what is said.
    struct Lack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let replacement: String?
        let words: String?

        init(_ right: String, replacement: String? = nil, _ words: String?) {
            testDescription = right
            self.replacement = replacement
            self.words = words
        }
    }

    static let lacks = [
        Lack("none", nil),
        Lack(
            "readwrite vigilar/node/+/state", replacement: "write vigilar/node/+/state",
            "does not get what is published on vigilar/node/+/state"),
        Lack(
            "readwrite vigilar/node/+/reply", replacement: "write vigilar/node/+/reply",
            "does not get what is published on vigilar/node/+/reply"),
        Lack(
            "readwrite vigilar/node/+/events", replacement: "write vigilar/node/+/events",
            "does not get what is published on $share/hub/vigilar/node/+/events"),
        Lack(
            "readwrite vigilar/node/+/ack", replacement: "read vigilar/node/+/ack",
            "may not publish on vigilar/node/+/ack: not authorized (0x87)"),
        Lack("write vigilar/node/+/command", "may not publish on vigilar/node/+/command: not authorized (0x87)"),
        Lack(
            "readwrite vigilar/events/published", replacement: "read vigilar/events/published",
            "may not publish on vigilar/events/published: not authorized (0x87)"),
        Lack("readwrite vigilar/hub/wake", "may not publish on vigilar/hub/wake: not authorized (0x87)"),
    ]

    @Test("A right that is missing is named, and the hub is as ready as without", arguments: lacks)
    func missing(_ lack: Lack) async throws {
        let folder = try TemporaryDirectory("probe")
        let lines = Self.rights.compactMap { $0 == lack.testDescription ? lack.replacement : $0 }
        try (["user hub"] + lines.map { "topic \($0)" }).joined(separator: "\n").appending("\n")
            .write(toFile: folder.path("acl"), atomically: false, encoding: .utf8)
        let broker = try await MosquittoServer(
            users: [MosquittoServer.User("hub", "secret")], settings: ["acl_file \(folder.path("acl"))"])
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let configuration = try HubConfiguration.load(
            path: nil, environment: [:],
            overrides: [
                "data": folder.path("hub"), "listen": "127.0.0.1:0", "broker": broker.url(user: "hub"), "replica": "test",
            ])
        let hub = try await HubComposition.build(configuration, administratorPassword: nil, logger: logger)
        let group = ServiceGroup(services: hub.services, logger: logger)
        let running = Task { try await group.run() }
        func said() -> String { hub.readiness.details.first { $0.part == .rights }?.state ?? "" }
        // The sequencer finds out about its own right with the first event.
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await hub.store.ingest(maker.batch([event]))
        if let words = lack.words {
            try await eventually("what is missing: \(said())") { said().contains("this hub's user \(words). Allow that there") }
        } else {
            try await eventually("the probe to be done") { broker.log.contains("Client hub-test-probe disconnected") }
            // Nothing but what holds for every broker without the plug-in.
            try await eventually("the plug-in to be missed") { said().contains("dynamic security plug-in") }
        }
        try await eventually("the hub to be ready") { hub.readiness.isReady }
        #expect(said().contains("At the broker this hub's user") == (lack.words != nil))
        await group.triggerGracefulShutdown()
        try await running.value
        await hub.store.close()
        await broker.stop()
    }
}
