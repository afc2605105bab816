import CMosquitto
private import Glibc

/// A list of MQTT 5 properties for one packet, freed with this value unless libmosquitto took it over.
struct PropertyList: ~Copyable {
    private var head: OpaquePointer?

    init() {}

    deinit {
        var list = head
        mosquitto_property_free_all(&list)
    }

    /// The list as libmosquitto reads it; valid as long as this value.
    var pointer: OpaquePointer? { head }

    /// To be called when libmosquitto has become the owner.
    mutating func relinquish() { head = nil }

    mutating func add(_ identifier: mqtt5_property, _ value: UInt32) {
        _ = mosquitto_property_add_int32(&head, Int32(identifier.rawValue), value)
    }

    mutating func add(_ identifier: mqtt5_property, _ value: String) {
        _ = mosquitto_property_add_string(&head, Int32(identifier.rawValue), value)
    }

    mutating func add(_ identifier: mqtt5_property, _ value: [UInt8]) {
        _ = value.withUnsafeBytes { bytes in
            mosquitto_property_add_binary(&head, Int32(identifier.rawValue), bytes.baseAddress, UInt16(truncatingIfNeeded: bytes.count))
        }
    }

    /// The properties of a PUBLISH packet or a will.
    mutating func add(message: borrowing MQTTMessage) {
        if let type = message.contentType { add(MQTT_PROP_CONTENT_TYPE, type) }
        if let topic = message.responseTopic { add(MQTT_PROP_RESPONSE_TOPIC, topic) }
        if let data = message.correlationData { add(MQTT_PROP_CORRELATION_DATA, data) }
        if let expiry = message.messageExpiry { add(MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, expiry) }
    }

    static func string(_ list: OpaquePointer, _ identifier: mqtt5_property) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard mosquitto_property_read_string(list, Int32(identifier.rawValue), &text, false) != nil, let text else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    static func binary(_ list: OpaquePointer, _ identifier: mqtt5_property) -> [UInt8]? {
        var data: UnsafeMutableRawPointer?
        var count: UInt16 = 0
        guard mosquitto_property_read_binary(list, Int32(identifier.rawValue), &data, &count, false) != nil else { return nil }
        guard let data else { return [] }
        defer { free(data) }
        return [UInt8](UnsafeRawBufferPointer(start: data, count: Int(count)))
    }

    static func int16(_ list: OpaquePointer, _ identifier: mqtt5_property) -> UInt16? {
        var value: UInt16 = 0
        return mosquitto_property_read_int16(list, Int32(identifier.rawValue), &value, false) == nil ? nil : value
    }

    static func int32(_ list: OpaquePointer, _ identifier: mqtt5_property) -> UInt32? {
        var value: UInt32 = 0
        return mosquitto_property_read_int32(list, Int32(identifier.rawValue), &value, false) == nil ? nil : value
    }
}
