import Base
import EdgeNode
package import MQTT
import Protocol
import Zstandard

/// A connection that takes the broker's PUBACK of a batch for the hub's acknowledgement. It is wrong on purpose: the fault tests show
/// that a node built so loses events, and that they would notice.
package struct TrustingTransport: UplinkTransport {
    package let events: AsyncStream<MQTTEvent>
    private let client: MQTTClient
    private let node: String
    private let forged = BoundedFeed<MQTTEvent>(bound: 4096)

    package init(_ client: MQTTClient, node: String) {
        self.client = client
        self.node = node
        let forged = forged
        events = AsyncStream { continuation in
            let task = Task {
                await withDiscardingTaskGroup { group in
                    group.addTask { for await event in client.events { continuation.yield(event) } }
                    group.addTask { for await event in forged.stream { continuation.yield(event) } }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    package func publish(_ message: MQTTMessage) async throws(MQTTError) -> MQTTPublishOutcome {
        let outcome = try await client.publish(message)
        if outcome == .delivered, message.topic == Topics.events(node: node), let answer = answer(to: message) {
            forged.send(.message(MQTTMessage(topic: Topics.acknowledgement(node: node), payload: answer.json)))
        }
        return outcome
    }

    package func subscribe(_ filters: [(filter: String, qos: MQTTQoS)]) async throws(MQTTError) { try await client.subscribe(filters) }

    private func answer(to message: MQTTMessage) -> Acknowledgement? {
        let plain =
            message.contentType == Topics.zstd ? try? Zstandard.decompress(message.payload, limit: Limits.decompressed) : message.payload
        guard let plain, let batch = try? EventBatch(payload: plain, fromNode: node) else { return nil }
        var answer = Acknowledgement(epoch: batch.epoch, batch: batch.batch)
        answer.committed = SequenceRanges(batch.events.map(\.seq))
        return answer
    }
}
