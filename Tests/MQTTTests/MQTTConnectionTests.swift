import Foundation
import Logging
import MQTT
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct MQTTConnectionTests {
    @Test("A line that swallows everything both ways is noticed by keep-alive, and what was on the way fails")
    func halfOpen() async throws {
        let server = try await MosquittoServer()
        let proxy = try FaultProxy(target: server.port)
        var settings = try configuration(server, "a", port: proxy.port)
        settings.keepAlive = 5
        settings.connectTimeout = 1
        try await withClient(settings) { client, log in
            try await eventually { client.isConnected }
            proxy.set(.drop)
            await #expect(throws: MQTTError.connectionLost) { try await client.publish(MQTTMessage(topic: "t", payload: [])) }
            #expect(log.failures.isEmpty || log.failures.first == .timeout("no sign of life"))
            try await eventually { log.failures.contains(.timeout("no connection within 1.0 s")) }
            proxy.heal()
            try await eventually { client.isConnected }
            #expect(try await client.publish(MQTTMessage(topic: "t", payload: [])) == .noSubscribers)
        }
    }

    @Test("A broker that stalls loses the connection after the time for an acknowledgement")
    func unacknowledged() async throws {
        let server = try await MosquittoServer()
        var settings = try configuration(server, "a")
        settings.acknowledgementTimeout = 0.5
        settings.connectTimeout = 1
        try await withClient(settings) { client, log in
            try await eventually { client.isConnected }
            server.pause()
            await #expect(throws: MQTTError.connectionLost) { try await client.publish(MQTTMessage(topic: "t", payload: [])) }
            try await eventually { log.failures.first == .timeout("no acknowledgement") }
            server.resume()
            try await eventually { client.isConnected }
        }
    }

    @Test("A wrong password is told as such and does not end the client")
    func wrongPassword() async throws {
        let server = try await MosquittoServer(users: [.init("porch", "right")])
        var settings = try configuration(server, "a", user: "porch")
        settings.password = "wrong"
        try await withClient(settings) { client, log in
            try await eventually { log.failures.count >= 2 }
            #expect(log.failures.allSatisfy { $0 == .connectionRefused(.notAuthorized) })
            #expect(client.statistics.connections == 0)
            #expect(client.statistics.failedAttempts >= 2)
        }
        try await withClient(try configuration(server, "a", user: "porch")) { client, _ in try await eventually { client.isConnected } }
    }

    @Test("Nobody listening is told as such, and the client connects once there is somebody")
    func nobodyListens() async throws {
        let server = try await MosquittoServer()
        await server.stop()
        try await withClient(try configuration(server, "a")) { client, log in
            try await eventually { !log.failures.isEmpty }
            #expect(log.failures.first == .unreachable("Connection refused"))
            try await server.start()
            try await eventually { client.isConnected }
        }
    }

    @Test("A broker that knows only MQTT 3.1.1 is an error that says so")
    func oldBroker() async throws {
        // CONNACK of MQTT 3.1.1 with return code 1, "unacceptable protocol version".
        let broker = try CannedServer(answer: [0x20, 0x02, 0x00, 0x01])
        var settings = MQTTConfiguration(host: "127.0.0.1", port: broker.port, clientID: "a")
        settings.reconnectDelay = 0.05...0.1
        try await withClient(settings) { _, log in
            try await eventually { !log.failures.isEmpty }
            #expect(log.failures.first == .protocolVersion)
        }
    }

    @Test(
        "Garbage from the other side ends the connection and nothing else",
        arguments: [
            [UInt8](repeating: 0xFF, count: 64), [0x20, 0x7F, 0, 0, 0xFF], [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x00],
            // A CONNACK that ends inside a property, and a good one followed by a PUBLISH that does.
            [0x20, 0x05, 0, 0, 2, 0x21, 1], [0x20, 0x03, 0, 0, 0, 0x30, 0x06, 0, 1, 0x74, 2, 0x03, 9],
            Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
        ])
    func garbage(answer: [UInt8]) async throws {
        let broker = try CannedServer(answer: answer)
        var settings = MQTTConfiguration(host: "127.0.0.1", port: broker.port, clientID: "a")
        settings.reconnectDelay = 0.05...0.1
        settings.connectTimeout = 0.5
        try await withClient(settings) { client, log in
            try await eventually { log.failures.count >= 2 }
            #expect(log.messages.isEmpty && client.statistics.acknowledged == 0)
        }
    }

    @Test("A clean end is a DISCONNECT: the last will stays unsaid")
    func cleanEnd() async throws {
        let server = try await MosquittoServer()
        try await withClient(try configuration(server, "watcher")) { watcher, log in
            try await eventually { watcher.isConnected }
            try await watcher.subscribe([("will/#", .atLeastOnce)])
            for (name, dies) in [("polite", false), ("dead", true)] {
                let proxy = try FaultProxy(target: server.port)
                var settings = try configuration(server, name, port: proxy.port)
                settings.will = MQTTWill(message: MQTTMessage(topic: "will/\(name)", payload: [1], contentType: "x"))
                try await withClient(settings) { client, _ in
                    try await eventually { client.isConnected }
                    if dies {
                        proxy.set(.cut)
                        try await eventually { !client.isConnected }
                    }
                }
            }
            try await eventually { log.messages.map(\.topic) == ["will/dead"] }
            #expect(log.messages.first?.contentType == "x")
            #expect(log.messages.first?.payload == [1])
        }
    }

    @Test("A session that is to be kept is kept, and messages of the meantime arrive")
    func session() async throws {
        let server = try await MosquittoServer()
        var settings = try configuration(server, "node")
        settings.cleanStart = false
        settings.sessionExpiry = 60
        try await withClient(settings) { client, log in
            try await eventually { log.connections == [false] }
            try await client.subscribe([("t", .atLeastOnce)])
        }
        try await withClient(try configuration(server, "other")) { other, _ in
            try await eventually { other.isConnected }
            #expect(try await other.publish(MQTTMessage(topic: "t", payload: [9])) == .delivered)
        }
        try await withClient(settings) { _, log in
            try await eventually { log.messages.map(\.payload) == [[9]] }
            #expect(log.connections == [true])
        }
    }

    @Test("A graceful shutdown ends the client with what it has sent acknowledged")
    func gracefulShutdown() async throws {
        let server = try await MosquittoServer()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let client = MQTTClient(try configuration(server, "a"), logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: client)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually { client.isConnected }
            async let outcome = client.publish(MQTTMessage(topic: "t", payload: []))
            try await eventually { client.statistics.published == 1 }
            await group.triggerGracefulShutdown()
            #expect(try await outcome == .noSubscribers)
            try await tasks.waitForAll()
        }
        await #expect(throws: MQTTError.notConnected) { try await client.publish(MQTTMessage(topic: "t", payload: [])) }
        try await eventually { server.log.contains("Client a disconnected.") }
    }

    @Test("A client works with a descriptor beyond those that select can watch")
    func manyDescriptors() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 4096)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let server = try await MosquittoServer()
        let occupied = (0..<1100).map { _ in dup(0) }
        defer { for descriptor in occupied where descriptor >= 0 { close(descriptor) } }
        try #require(occupied.max() ?? 0 > 1024)
        try await withClient(try configuration(server, "a")) { client, log in
            try await eventually { client.isConnected }
            try await client.subscribe([("t", .atLeastOnce)])
            try await client.publish(MQTTMessage(topic: "t", payload: [1]))
            try await eventually { log.messages.count == 1 }
        }
    }
}
