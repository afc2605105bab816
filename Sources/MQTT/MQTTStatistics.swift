/// Counts of one client since it was made.
package struct MQTTStatistics: Sendable, Hashable {
    /// Messages handed to the connection.
    package var published = 0
    /// QoS 1 messages acknowledged with success.
    package var acknowledged = 0
    /// QoS 1 messages acknowledged, but nobody was subscribed.
    package var noSubscribers = 0
    /// QoS 1 messages that the broker refused.
    package var refused = 0
    /// Publishes that failed because the connection ended.
    package var lost = 0
    /// Messages received, dropped ones included.
    package var received = 0
    /// Received messages that found no room in `events`.
    package var dropped = 0
    /// Connections that the broker accepted.
    package var connections = 0
    /// Attempts to connect that failed.
    package var failedAttempts = 0
    /// Publishes on the way now.
    package var inFlight = 0
    /// Publishes that wait for a free place.
    package var waiting = 0

    package init() {}

    mutating func add(_ other: MQTTStatistics) {
        published += other.published
        acknowledged += other.acknowledged
        noSubscribers += other.noSubscribers
        refused += other.refused
        lost += other.lost
        received += other.received
        dropped += other.dropped
        connections += other.connections
        failedAttempts += other.failedAttempts
        inFlight += other.inFlight
        waiting += other.waiting
    }
}
