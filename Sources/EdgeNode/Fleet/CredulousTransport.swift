import Base
package import MQTT
import Protocol
import ServiceLifecycle
import Zstandard

/// A transport that makes up the hub's acknowledgement as soon as the broker has taken a batch: what a node would do that believed in
/// the broker. It exists to show that the fault runs notice.
package final class CredulousTransport: UplinkTransport, Service {
    private let client: MQTTClient
    private let node: String
    private let feed = BoundedFeed<MQTTEvent>(bound: 4096)

    package init(_ client: MQTTClient, node: String) {
        self.client = client
        self.node = node
    }

    package var events: AsyncStream<MQTTEvent> { feed.stream }

    /// Hands the client's events on.
    package func run() async throws {
        for await event in client.events { feed.send(event) }
        feed.finish()
    }

    @discardableResult
    package func publish(_ message: MQTTMessage) async throws(MQTTError) -> MQTTPublishOutcome {
        let outcome = try await client.publish(message)
        if message.topic == Topics.events(node: node), outcome == .delivered, let acknowledgement = madeUp(for: message) {
            feed.send(.message(MQTTMessage(topic: Topics.acknowledgement(node: node), payload: acknowledgement.json)))
        }
        return outcome
    }

    package func subscribe(_ filters: [(filter: String, qos: MQTTQoS)]) async throws(MQTTError) { try await client.subscribe(filters) }

    private func madeUp(for message: MQTTMessage) -> Acknowledgement? {
        let payload =
            message.contentType == Topics.zstd ? try? Zstandard.decompress(message.payload, limit: Limits.decompressed) : message.payload
        guard let payload, let batch = try? EventBatch(payload: payload, fromNode: node) else { return nil }
        var acknowledgement = Acknowledgement(epoch: batch.epoch, batch: batch.batch)
        acknowledgement.committed = SequenceRanges(batch.events.map(\.seq))
        return acknowledgement
    }
}
