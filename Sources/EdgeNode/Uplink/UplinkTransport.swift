package import MQTT

/// What the node needs of its connection to the broker.
package protocol UplinkTransport: Sendable {
    /// Connections made and ended, and messages, in order; for one reader.
    var events: AsyncStream<MQTTEvent> { get }

    @discardableResult
    func publish(_ message: MQTTMessage) async throws(MQTTError) -> MQTTPublishOutcome

    func subscribe(_ filters: [(filter: String, qos: MQTTQoS)]) async throws(MQTTError)
}

extension MQTTClient: UplinkTransport {}
