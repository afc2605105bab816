/// One MQTT 5 application message, sent or received.
package struct MQTTMessage: Sendable, Hashable {
    /// Topic name, without wildcards.
    package var topic: String
    /// The body, at most `MQTTConfiguration.maximumPacketSize` together with topic and properties.
    package var payload: [UInt8]
    package var qos: MQTTQoS
    /// Sent: the broker keeps it for later subscribers. Received: it was such a kept one.
    package var retain: Bool
    /// MQTT 5 content type, e.g. `application/json`.
    package var contentType: String?
    /// Where the answer to this request belongs.
    package var responseTopic: String?
    /// Returned untouched with the answer; at most 65,535 bytes.
    package var correlationData: [UInt8]?
    /// Seconds until the broker may forget the message undelivered; nil keeps it.
    package var messageExpiry: UInt32?

    package init(
        topic: String, payload: [UInt8], qos: MQTTQoS = .atLeastOnce, retain: Bool = false, contentType: String? = nil,
        responseTopic: String? = nil, correlationData: [UInt8]? = nil, messageExpiry: UInt32? = nil
    ) {
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retain = retain
        self.contentType = contentType
        self.responseTopic = responseTopic
        self.correlationData = correlationData
        self.messageExpiry = messageExpiry
    }

    /// Bytes of its PUBLISH packet (MQTT 5.0, section 3.3).
    var packetSize: Int {
        var properties = messageExpiry == nil ? 0 : 5
        if let contentType { properties += 3 + contentType.utf8.count }
        if let responseTopic { properties += 3 + responseTopic.utf8.count }
        if let correlationData { properties += 3 + correlationData.count }
        let rest = 2 + topic.utf8.count + (qos == .atMostOnce ? 0 : 2) + Self.lengthSize(properties) + properties + payload.count
        return 1 + Self.lengthSize(rest) + rest
    }

    /// Bytes of a length in MQTT's encoding of seven bits a byte.
    private static func lengthSize(_ length: Int) -> Int { length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4 }

    /// Bytes that the message occupies while it waits in a queue, near enough for a bound.
    var footprint: Int {
        payload.count + topic.utf8.count + (correlationData?.count ?? 0) + (responseTopic?.utf8.count ?? 0) + 128
    }
}
