/// What became of a message that the broker accepted. Neither outcome says that anybody has stored it.
package enum MQTTPublishOutcome: Sendable, Hashable {
    /// Acknowledged; a QoS 0 message: handed to the connection.
    case delivered
    /// Acknowledged with reason 0x10: nobody is subscribed to the topic, the broker dropped the message.
    case noSubscribers
}
