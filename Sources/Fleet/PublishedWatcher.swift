import Base
import Logging
import MQTT
import Protocol
import ServiceLifecycle
import Synchronization

/// Notes when the summary of each event arrives on `vigilar/events/published`.
final class PublishedWatcher: Service, Sendable {
    private let client: MQTTClient
    private let seen = Mutex<[EventID: Double]>([:])
    private let subscribed = Atomic<Bool>(false)

    init(client: MQTTClient) { self.client = client }

    var isSubscribed: Bool { subscribed.load(ordering: .acquiring) }

    /// Uptime at the arrival of an event's first summary; nil before.
    func arrival(of id: EventID) -> Double? { seen.withLock { $0[id] } }

    func run() async throws {
        // Ends before its client does: services stop in the reverse order of their start.
        try await cancelWhenGracefulShutdown { try await self.follow() }
    }

    private func follow() async throws {
        let clock = SystemClock()
        for await event in client.events {
            switch event {
            case .connected:
                try await client.subscribe([(Topics.published, .atLeastOnce)])
                subscribed.store(true, ordering: .releasing)
            case .message(let message):
                let now = clock.uptime
                guard let summary = try? PublishedEvent(json: message.payload) else { continue }
                seen.withLock { seen in if seen[summary.id] == nil { seen[summary.id] = now } }
            case .disconnected: break
            }
        }
    }
}
