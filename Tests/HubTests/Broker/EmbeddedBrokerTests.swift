import Foundation
import Hub
import Logging
import MQTT
import Synchronization
import TestSupport
import Testing

private func logger() -> Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}

private let users = [
    BrokerUser(name: "hub", secret: "hub-secret", role: .hub),
    BrokerUser(name: "porch", secret: "porch-secret", role: .node),
    BrokerUser(name: "garden", secret: "garden-secret", role: .node),
]

/// Runs a broker with the standard users in a folder for the length of a test.
private func withBroker<R>(in folder: TemporaryDirectory, _ body: (EmbeddedBroker) async throws -> R) async throws -> R {
    let broker = try EmbeddedBroker(folder: URL(filePath: folder.path("broker")), port: 0, logger: logger())
    try await broker.setUsers(users)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await broker.run() }
        try await eventually { broker.status == .ready }
        let result = try await body(broker)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// Connects a user for the length of a test; `messages` grows as they arrive.
private func withClient<R>(
    _ broker: EmbeddedBroker, _ user: String?, secret: String? = nil, _ body: (MQTTClient, Seen) async throws -> R
) async throws -> R {
    var configuration = MQTTConfiguration(host: "127.0.0.1", port: broker.port, clientID: "\(user ?? "anonymous")-\(UUID().uuidString)")
    configuration.username = user
    configuration.password = user.map { secret ?? "\($0)-secret" }
    configuration.reconnectDelay = 0.05...0.4
    let client = MQTTClient(configuration, logger: logger())
    let seen = Seen()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        group.addTask { for await event in client.events { seen.note(event) } }
        let result = try await body(client, seen)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// What a client was told.
private final class Seen: Sendable {
    private let state = Mutex((topics: [String](), errors: [MQTTError]()))

    func note(_ event: MQTTEvent) {
        state.withLock { state in
            switch event {
            case .message(let message): state.topics.append(message.topic)
            case .disconnected(let error): state.errors.append(error)
            case .connected: break
            }
        }
    }

    var topics: [String] { state.withLock { $0.topics } }
    var errors: [MQTTError] { state.withLock { $0.errors } }
}

@Suite(.timeLimit(.minutes(2)))
struct EmbeddedBrokerTests {
    @Test("A node's events reach the hub's shared subscription, and the hub's answer reaches that node")
    func bothWays() async throws {
        let folder = try TemporaryDirectory()
        try await withBroker(in: folder) { broker in
            try await withClient(broker, "hub") { hub, hubSeen in
                try await withClient(broker, "porch") { porch, porchSeen in
                    try await eventually { hub.isConnected && porch.isConnected }
                    try await hub.subscribe([("$share/hub/vigilar/node/+/events", .atLeastOnce)])
                    try await porch.subscribe([("vigilar/node/porch/ack", .atLeastOnce)])
                    #expect(try await porch.publish(MQTTMessage(topic: "vigilar/node/porch/events", payload: [1])) == .delivered)
                    try await eventually { hubSeen.topics == ["vigilar/node/porch/events"] }
                    #expect(try await hub.publish(MQTTMessage(topic: "vigilar/node/porch/ack", payload: [1])) == .delivered)
                    try await eventually { porchSeen.topics == ["vigilar/node/porch/ack"] }
                }
            }
        }
    }

    @Test("Nobody is anonymous, and a wrong password is refused")
    func refused() async throws {
        let folder = try TemporaryDirectory()
        try await withBroker(in: folder) { broker in
            for (user, secret) in [(String?.none, String?.none), ("porch", "garden-secret"), ("stranger", "x")] {
                try await withClient(broker, user, secret: secret) { client, seen in
                    try await eventually { !seen.errors.isEmpty }
                    #expect(seen.errors.first == .connectionRefused(.notAuthorized))
                    #expect(client.statistics.connections == 0)
                }
            }
        }
    }

    @Test(
        "A node may not publish outside its own topics",
        arguments: [
            "vigilar/node/garden/events", "vigilar/node/garden/ack", "vigilar/node/porch/ack", "vigilar/node/porch/command",
            "vigilar/events/published", "vigilar/hub/wake", "vigilar/node/porch", "other",
        ])
    func foreignPublish(topic: String) async throws {
        let folder = try TemporaryDirectory()
        try await withBroker(in: folder) { broker in
            try await withClient(broker, "porch") { porch, _ in
                try await eventually { porch.isConnected }
                await #expect(throws: MQTTError.refused(.notAuthorized)) {
                    try await porch.publish(MQTTMessage(topic: topic, payload: [1]))
                }
            }
        }
    }

    @Test("A node reads nothing that is another's, whatever it subscribes to")
    func foreignRead() async throws {
        let folder = try TemporaryDirectory()
        try await withBroker(in: folder) { broker in
            try await withClient(broker, "hub") { hub, _ in
                try await withClient(broker, "porch") { porch, seen in
                    try await eventually { hub.isConnected && porch.isConnected }
                    try await porch.subscribe([("#", .atLeastOnce), ("vigilar/node/garden/#", .atLeastOnce)])
                    for topic in [
                        "node/garden/ack", "node/garden/command", "node/garden/events", "events/published", "hub/wake", "node/porch/ack",
                    ] {
                        _ = try await hub.publish(MQTTMessage(topic: "vigilar/\(topic)", payload: [1]))
                    }
                    // The last message is its own: what came before it in the same connection has been withheld.
                    try await eventually { seen.topics.contains("vigilar/node/porch/ack") }
                    #expect(Set(seen.topics) == ["vigilar/node/porch/ack"])
                }
            }
        }
    }

    @Test("After kill -9 it is started again on its port, and its clients come back")
    func restarted() async throws {
        let folder = try TemporaryDirectory()
        try await withBroker(in: folder) { broker in
            try await withClient(broker, "hub") { hub, seen in
                try await eventually { hub.isConnected }
                let first = try #require(broker.processID)
                kill(first, SIGKILL)
                try await eventually { broker.status == .ready && broker.processID != first }
                try await eventually { hub.isConnected && hub.statistics.connections == 2 }
                #expect(broker.starts == 2)
                #expect(seen.errors.contains(.connectionLost))
            }
        }
    }

    @Test("A user who is added can connect, one who is removed is out, and the others notice nothing")
    func changes() async throws {
        let folder = try TemporaryDirectory()
        try await withBroker(in: folder) { broker in
            try await withClient(broker, "hub") { hub, hubSeen in
                try await withClient(broker, "garden") { garden, gardenSeen in
                    try await withClient(broker, "shed") { shed, _ in
                        try await eventually { hub.isConnected && garden.isConnected }
                        try await broker.setUsers(
                            users.filter { $0.name != "garden" } + [.init(name: "shed", secret: "shed-secret", role: .node)])
                        try await eventually { shed.isConnected }
                        try await eventually { gardenSeen.errors.contains(.connectionRefused(.notAuthorized)) }
                        #expect(!garden.isConnected)
                        #expect(hub.isConnected && hubSeen.errors.isEmpty && broker.starts == 1)
                    }
                }
            }
        }
    }

    @Test("The Mosquitto of a killed predecessor is found by its command line and replaced, on the same port")
    func leftover() async throws {
        let folder = try TemporaryDirectory()
        let location = URL(filePath: folder.path("broker"))
        let first = try EmbeddedBroker(folder: location, port: 0, logger: logger())
        try await first.setUsers(users)
        // What a predecessor leaves when it is killed: its Mosquitto, run by nobody.
        let configuration = location.resolvingSymlinksInPath().appending(path: "mosquitto.conf").path
        let orphan = try ChildProcess(executable: "mosquitto", arguments: ["-c", configuration])
        let bystanders = try await MosquittoServer()
        try await eventually { LoopbackSocket.canConnect(port: first.port) }
        try await withBroker(in: folder) { broker in
            #expect(broker.port == first.port)
            #expect(orphan.hasExited)
            try await withClient(broker, "hub") { hub, _ in try await eventually { hub.isConnected } }
        }
        #expect(LoopbackSocket.canConnect(port: bystanders.port))
    }

    @Test("It ends with its service, even when Mosquitto is stalled")
    func ends() async throws {
        let folder = try TemporaryDirectory()
        let pid = try await withBroker(in: folder) { broker in
            let pid = try #require(broker.processID)
            kill(pid, SIGSTOP)
            return pid
        }
        #expect(kill(pid, 0) == -1)
    }

    @Test("Names that could mean something else in Mosquitto's files are refused", arguments: ["a:b", "a\nuser hub", "", "#", "Ä"])
    func names(name: String) async throws {
        let folder = try TemporaryDirectory()
        let broker = try EmbeddedBroker(folder: URL(filePath: folder.path("broker")), port: 0, logger: logger())
        await #expect(throws: BrokerError.self) { try await broker.setUsers([BrokerUser(name: name, secret: "x", role: .node)]) }
        await #expect(throws: BrokerError.self) { try await broker.setUsers([users[0], users[0]]) }
    }

    @Test("No secret stands in a file or a description, and nobody else may open the files")
    func secrecy() async throws {
        let folder = try TemporaryDirectory()
        let broker = try EmbeddedBroker(folder: URL(filePath: folder.path("broker")), port: 0, logger: logger())
        try await broker.setUsers(users)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path("broker")) {
            let path = folder.path("broker/\(file)")
            #expect(!(try String(contentsOfFile: path, encoding: .utf8)).contains("-secret"))
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        }
        #expect(!"\(users)".contains("-secret"))
        #expect(!String(reflecting: users).contains("-secret"))
    }
}
