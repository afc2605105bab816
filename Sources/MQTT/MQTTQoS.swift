/// Quality of service of a message. QoS 2 is not used: the end-to-end acknowledgement makes it pointless.
package enum MQTTQoS: UInt8, Sendable, Hashable, CaseIterable {
    /// Handed over once, never acknowledged.
    case atMostOnce = 0
    /// Acknowledged by the broker, possibly delivered twice.
    case atLeastOnce = 1
}
