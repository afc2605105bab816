private import Base
package import MQTT
private import Protocol

/// The bridge's way to the broker: `vigilar/events/published` over a client of its own, so that neither ingest nor publishing holds it up.
package struct BrokerSubscription: PublishedEventSource {
    private let client: MQTTClient

    package init(client: MQTTClient) { self.client = client }

    package func signals() -> AsyncStream<PublishedSignal> {
        let client = client
        return AsyncStream(unfolding: {
            var events = client.events.makeAsyncIterator()
            while let event = await events.next() {
                if let signal = await Self.signal(event, client) { return signal }
            }
            return nil
        })
    }

    private static func signal(_ event: MQTTEvent, _ client: MQTTClient) async -> PublishedSignal? {
        switch event {
        case .connected:
            do {
                try await client.subscribe([(filter: Topics.published, qos: .atLeastOnce)])
                return .subscribed
            } catch {
                return .lost("cannot subscribe to \(Topics.published): \(error)")
            }
        case .disconnected(let error): return .lost("no connection to the broker: \(error)")
        case .message(let message):
            // Garbage cannot come from a hub; what is unreadable is filled from the store like any other gap.
            return (try? PublishedEvent(json: message.payload)).map { .event($0) }
        }
    }
}
