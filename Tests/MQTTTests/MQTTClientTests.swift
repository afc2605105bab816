import Base
import Foundation
import Logging
import MQTT
import ServiceLifecycle
import Testing
import TestSupport

/// Runs a client for the length of a test and keeps what it tells.
private func withClient<R>(
    _ configuration: MQTTConfiguration, _ body: (MQTTClient, EventLog) async throws -> R
) async throws -> R {
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let client = MQTTClient(configuration, logger: logger)
    let log = EventLog()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        group.addTask { for await event in client.events { log.append(event) } }
        let result = try await body(client, log)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

private func configuration(_ server: MosquittoServer, _ id: String, user: String? = nil) throws -> MQTTConfiguration {
    var configuration = try MQTTConfiguration(url: user.map { server.url(user: $0) } ?? server.url, clientID: id)
    configuration.reconnectDelay = 0.05...0.4
    return configuration
}

@Suite(.timeLimit(.minutes(2)))
struct MQTTClientTests {
    @Test("A message reaches a subscriber with its properties, and its own publisher learns that it was delivered")
    func roundTrip() async throws {
        let server = try await MosquittoServer()
        try await withClient(try configuration(server, "a")) { client, log in
            try await eventually { client.isConnected }
            try await client.subscribe([("t/#", .atLeastOnce), ("u", .atMostOnce)])
            let message = MQTTMessage(
                topic: "t/x", payload: [0, 1, 255], contentType: "application/json", responseTopic: "r", correlationData: [7, 0, 9],
                messageExpiry: 300)
            #expect(try await client.publish(message) == .delivered)
            try await eventually { log.messages.count == 1 }
            var expected = message
            expected.messageExpiry = log.messages.first?.messageExpiry
            #expect(log.messages == [expected])
            #expect((290...300).contains(expected.messageExpiry ?? 0))
            #expect(try await client.publish(MQTTMessage(topic: "u", payload: [], qos: .atMostOnce)) == .delivered)
            try await eventually { log.messages.count == 2 }
            #expect(client.statistics.acknowledged == 1)
        }
    }

    @Test("A message that nobody subscribed to is told apart")
    func nobody() async throws {
        let server = try await MosquittoServer()
        try await withClient(try configuration(server, "a")) { client, _ in
            try await eventually { client.isConnected }
            #expect(try await client.publish(MQTTMessage(topic: "nobody", payload: [1])) == .noSubscribers)
        }
    }

    @Test("Publishing and subscribing without a connection fail at once")
    func notConnected() async throws {
        let client = MQTTClient(MQTTConfiguration(host: "127.0.0.1", port: 1, clientID: "a"), logger: Logger(label: "test"))
        await #expect(throws: MQTTError.notConnected) { try await client.publish(MQTTMessage(topic: "t", payload: [])) }
        await #expect(throws: MQTTError.notConnected) { try await client.subscribe([("t", .atLeastOnce)]) }
    }

    @Test("Thousands of publishes at once keep to the bound in flight and arrive in order, each once")
    func many() async throws {
        let server = try await MosquittoServer(settings: ["max_queued_messages 0"])
        var settings = try configuration(server, "a")
        settings.maximumInFlight = 16
        settings.incomingBound = 100_000
        try await withClient(settings) { client, log in
            try await eventually { client.isConnected }
            try await client.subscribe([("t", .atLeastOnce)])
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<5000 {
                    group.addTask {
                        try await client.publish(MQTTMessage(topic: "t", payload: Array("\(number)".utf8)))
                        return client.statistics.inFlight
                    }
                }
                for try await inFlight in group { #expect(inFlight <= 16) }
            }
            try await eventually { log.messages.count == 5000 }
            #expect(Set(log.messages.map(\.payload)).count == 5000)
            #expect(client.statistics.waiting == 0)
        }
    }

    @Test("After kill -9 of the broker the client is back by itself, and nothing that failed is sent a second time")
    func reconnects() async throws {
        let server = try await MosquittoServer()
        try await withClient(try configuration(server, "a")) { client, log in
            try await eventually { client.isConnected }
            server.pause()
            async let lost = Result { try await client.publish(MQTTMessage(topic: "t", payload: [1])) }
            try await eventually { client.statistics.inFlight == 1 }
            await server.kill()
            let outcome = await lost
            #expect(throws: MQTTError.connectionLost) { try outcome.get() }
            try await eventually { !client.isConnected }
            try await server.start()
            try await eventually { client.isConnected }
            try await client.subscribe([("t", .atLeastOnce)])
            try await client.publish(MQTTMessage(topic: "t", payload: [2]))
            try await eventually { !log.messages.isEmpty }
            #expect(log.messages.map(\.payload) == [[2]])
            #expect(log.connections.count >= 2)
        }
    }
}
