import Foundation
import Logging
import MQTT
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
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

    @Test("Of several addresses the one that answers is found")
    func alternatives() async throws {
        let server = try await MosquittoServer()
        var settings = try configuration(server, "a")
        settings.alternatives = [MQTTEndpoint(host: "127.0.0.1", port: settings.port)]
        settings.port = try FreePort.find()
        try await withClient(settings) { client, log in
            try await eventually { client.isConnected }
            #expect(client.statistics.failedAttempts >= 1)
        }
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

    @Test("A message that the broker refuses names the reason")
    func refusedMessage() async throws {
        let folder = try TemporaryDirectory()
        try "topic readwrite allowed\n".write(toFile: folder.path("access"), atomically: false, encoding: .utf8)
        let server = try await MosquittoServer(settings: ["acl_file \(folder.path("access"))"])
        try await withClient(try configuration(server, "a")) { client, _ in
            try await eventually { client.isConnected }
            await #expect(throws: MQTTError.refused(.notAuthorized)) {
                try await client.publish(MQTTMessage(topic: "forbidden", payload: []))
            }
            #expect(try await client.publish(MQTTMessage(topic: "allowed", payload: [])) == .noSubscribers)
            #expect(client.statistics.refused == 1)
        }
    }

    @Test("What cannot be sent is refused before it is: wildcards, zero bytes, too much of it")
    func unsendable() async throws {
        let server = try await MosquittoServer()
        try await withClient(try configuration(server, "a")) { client, _ in
            try await eventually { client.isConnected }
            for topic in ["a/#", "a\0b", ""] {
                let outcome = await Result { try await client.publish(MQTTMessage(topic: topic, payload: [])) }
                guard case .failure(let error as MQTTError) = outcome, case .invalid = error else {
                    Issue.record("\(topic.debugDescription): \(outcome)")
                    continue
                }
            }
            let large = MQTTMessage(topic: "t", payload: [UInt8](repeating: 1, count: 327_671))
            await #expect(throws: MQTTError.packetTooLarge(bytes: 327_681)) { try await client.publish(large) }
            let largest = MQTTMessage(topic: "t", payload: [UInt8](repeating: 1, count: 327_670))
            #expect(try await client.publish(largest) == .noSubscribers)
            let fits = MQTTMessage(topic: "t", payload: [UInt8](repeating: 1, count: 262_144))
            #expect(try await client.publish(fits) == .noSubscribers)
            #expect(client.statistics.connections == 1)
        }
    }

    @Test("The broker's own bound on packets holds where it is the smaller one")
    func brokerBound() async throws {
        let server = try await MosquittoServer(settings: ["max_packet_size 2000"])
        try await withClient(try configuration(server, "a")) { client, _ in
            try await eventually { client.isConnected }
            let large = MQTTMessage(topic: "t", payload: [UInt8](repeating: 1, count: 2000), contentType: "c", messageExpiry: 1)
            await #expect(throws: MQTTError.packetTooLarge(bytes: 2018)) { try await client.publish(large) }
            #expect(try await client.publish(MQTTMessage(topic: "t", payload: [1])) == .noSubscribers)
            #expect(client.statistics.connections == 1)
        }
    }

    @Test("A reader that does not read loses messages, counted, and no more than that")
    func slowReader() async throws {
        let server = try await MosquittoServer(settings: ["max_queued_messages 0"])
        var settings = try configuration(server, "a")
        settings.incomingBound = 10
        let client = MQTTClient(settings, logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            try await eventually { client.isConnected }
            try await client.subscribe([("t", .atLeastOnce)])
            for number in 0..<30 { try await client.publish(MQTTMessage(topic: "t", payload: [UInt8(number)])) }
            try await eventually { client.statistics.received == 30 }
            #expect(client.statistics.dropped == 20)
            #expect(client.isConnected)
            group.cancelAll()
        }
        var kinds: [String] = []
        for await event in client.events {
            switch event {
            case .connected: kinds.append("connected")
            case .disconnected: kinds.append("disconnected")
            case .message(let message): kinds.append("\(message.payload[0])")
            }
        }
        #expect(kinds == ["connected"] + (0..<10).map(String.init))
    }

    @Test("A publish whose caller is cancelled returns at once, whether it waits for a place or for the broker")
    func cancelled() async throws {
        let server = try await MosquittoServer()
        var settings = try configuration(server, "a")
        settings.maximumInFlight = 1
        try await withClient(settings) { client, _ in
            try await eventually { client.isConnected }
            server.pause()
            let tasks = (0..<2).map { _ in Task { try await client.publish(MQTTMessage(topic: "t", payload: [])) } }
            try await eventually { client.statistics.inFlight == 1 && client.statistics.waiting == 1 }
            for task in tasks {
                task.cancel()
                await #expect(throws: MQTTError.cancelled) { try await task.value }
            }
            server.resume()
            #expect(try await client.publish(MQTTMessage(topic: "t", payload: [])) == .noSubscribers)
        }
    }
}
