import Base
import Logging
import MQTT
import Protocol
import Synchronization
import Zstandard

@testable import EdgeNode

/// A hub that is nothing but a set of committed rows, over a real broker.
final class FakeHub: Sendable {
    struct State {
        var committed: [String: SequenceRanges] = [:]
        var ids: Set<EventID> = []
        var batches: [EventBatch] = []
        var contentTypes: [String?] = []
        var messages: [MQTTMessage] = []
        var subscribed = false
    }

    private let client: MQTTClient
    private let state = Mutex(State())
    /// What it answers to a batch, in place of the honest acknowledgement; nil is honest.
    private let behaviour: @Sendable (EventBatch, _ count: Int) -> [Acknowledgement]?

    init(url: String, behaviour: @escaping @Sendable (EventBatch, _ count: Int) -> [Acknowledgement]? = { _, _ in nil }) throws {
        var configuration = try MQTTConfiguration(url: url, clientID: "hub-\(UInt32.random(in: 0...UInt32.max))")
        configuration.reconnectDelay = 0.05...0.2
        client = MQTTClient(configuration, logger: .silent)
        self.behaviour = behaviour
    }

    var snapshot: State { state.withLock { $0 } }

    /// Serves while `body` runs.
    func serving<T>(_ body: () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.client.run() }
            group.addTask { try await self.serve() }
            let result = try await body()
            group.cancelAll()
            return result
        }
    }

    func publish(_ message: MQTTMessage) async throws { _ = try await client.publish(message) }

    private func serve() async throws {
        for await event in client.events {
            // What a connection that ends takes with it comes again on the next one.
            do { try await handle(event) } catch is MQTTError {}
        }
    }

    private func handle(_ event: MQTTEvent) async throws {
        switch event {
        case .connected:
            try await client.subscribe([
                (Topics.sharedEvents, .atLeastOnce), (Topics.allStates, .atLeastOnce), (Topics.allHealth, .atMostOnce),
                (Topics.allReplies, .atLeastOnce),
            ])
            state.withLock { $0.subscribed = true }
        case .disconnected: state.withLock { $0.subscribed = false }
        case .message(let message): try await take(message)
        }
    }

    private func take(_ message: MQTTMessage) async throws {
        guard let (node, part) = Topics.parse(node: message.topic), part == "events" else {
            state.withLock { $0.messages.append(message) }
            return
        }
        let payload =
            message.contentType == Topics.zstd ? try Zstandard.decompress(message.payload, limit: Limits.decompressed) : message.payload
        let batch = try EventBatch(payload: payload, fromNode: node)
        let count = state.withLock { state in
            state.batches.append(batch)
            state.contentTypes.append(message.contentType)
            return state.batches.count
        }
        var answers = behaviour(batch, count)
        if answers == nil {
            var honest = Acknowledgement(epoch: batch.epoch, batch: batch.batch)
            honest.committed = SequenceRanges(batch.events.map(\.seq))
            answers = [honest]
        }
        for answer in answers ?? [] {
            state.withLock { state in
                state.committed[answer.epoch ?? "", default: SequenceRanges()].formUnion(answer.committed)
                for event in batch.events where answer.committed.contains(event.seq) { state.ids.insert(event.id) }
            }
            try await publish(MQTTMessage(topic: Topics.acknowledgement(node: node), payload: answer.json, messageExpiry: 60))
        }
    }
}

extension Logger {
    /// Says nothing.
    static var silent: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }
}
