private import Base
package import MQTT
private import Synchronization

/// Keeps subscriptions on every connection of a client, asking again while the broker refuses: an administrator may mend the rights at
/// any time.
package final class KeptSubscription: Sendable {
    private let client: MQTTClient
    private let filters: [String]
    private let report: @Sendable (MQTTError?) -> Void
    private let connections = Batcher<Int>(bound: 64)
    private let current = Mutex(0)

    /// - Parameter report: Told nil when the subscriptions stand, and why when the broker refuses one.
    package init(client: MQTTClient, filters: [String], report: @escaping @Sendable (MQTTError?) -> Void) {
        self.client = client
        self.filters = filters
        self.report = report
    }

    /// The client has connected; or the subscriptions are to be made again, which brings the retained messages once more.
    package func connected() {
        let number = current.withLock { number in
            number += 1
            return number
        }
        connections.put(number)
    }

    /// The connection is gone: attempts for it end.
    package func disconnected() { current.withLock { $0 += 1 } }

    /// Subscribes for every connection until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            guard let number = await connections.take(atMost: 64).last else { continue }
            var backoff = Backoff(base: 1, maximum: 30)
            while !Task.isCancelled, isCurrent(number) {
                do {
                    try await client.subscribe(filters.map { (filter: $0, qos: .atLeastOnce) })
                    report(nil)
                    break
                } catch {
                    guard isCurrent(number) else { break }
                    report(error)
                    try? await Task.sleep(for: .seconds(backoff.next()))
                }
            }
        }
    }

    private func isCurrent(_ number: Int) -> Bool { current.withLock { $0 == number } }
}
