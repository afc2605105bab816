/// What the broker publishes in the client's name when the client vanishes without a DISCONNECT.
package struct MQTTWill: Sendable, Hashable {
    package var message: MQTTMessage
    /// Seconds that the broker waits before it publishes; a client that is back by then prevents it.
    package var delay: UInt32

    package init(message: MQTTMessage, delay: UInt32 = 0) {
        self.message = message
        self.delay = delay
    }
}
