/// An MQTT 5 reason code (MQTT 5.0, section 2.4). Codes from 0x80 on are failures.
package struct MQTTReason: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let success = MQTTReason(rawValue: 0x00)
    package static let noMatchingSubscribers = MQTTReason(rawValue: 0x10)
    package static let unsupportedProtocolVersion = MQTTReason(rawValue: 0x84)
    package static let badUserNameOrPassword = MQTTReason(rawValue: 0x86)
    package static let notAuthorized = MQTTReason(rawValue: 0x87)
    package static let sessionTakenOver = MQTTReason(rawValue: 0x8E)
    package static let packetTooLarge = MQTTReason(rawValue: 0x95)

    package var isFailure: Bool { rawValue >= 0x80 }

    package var description: String {
        let hex = String(rawValue, radix: 16, uppercase: true)
        return "\(Self.names[rawValue] ?? "reason") (0x\(hex.count < 2 ? "0" : "")\(hex))"
    }

    private static let names: [UInt8: String] = [
        0x00: "success", 0x04: "disconnect with will", 0x10: "no matching subscribers", 0x80: "unspecified error",
        0x81: "malformed packet", 0x82: "protocol error", 0x83: "implementation specific error",
        0x84: "unsupported protocol version", 0x85: "client identifier not valid", 0x86: "bad user name or password",
        0x87: "not authorized", 0x88: "server unavailable", 0x89: "server busy", 0x8A: "banned", 0x8B: "server shutting down",
        0x8D: "keep alive timeout", 0x8E: "session taken over", 0x8F: "topic filter invalid", 0x90: "topic name invalid",
        0x91: "packet identifier in use", 0x93: "receive maximum exceeded", 0x95: "packet too large",
        0x96: "message rate too high", 0x97: "quota exceeded", 0x98: "administrative action", 0x99: "payload format invalid",
        0x9A: "retain not supported", 0x9B: "QoS not supported", 0x9C: "use another server", 0x9D: "server moved",
        0x9E: "shared subscriptions not supported", 0x9F: "connection rate exceeded", 0xA0: "maximum connect time",
        0xA2: "wildcard subscriptions not supported",
    ]
}
