import CMosquitto
private import Glibc

/// One libmosquitto client, used for exactly one connection.
///
/// A fresh one per connection is what makes a publish that failed with `connectionLost` final: libmosquitto resends what its own
/// queue holds after a reconnection, and a destroyed client has no queue.
///
/// `@unchecked`: libmosquitto guards `publish`, `subscribe` and `disconnect` by its own locks, since it is told that there are
/// threads (`mosquitto_threaded_set`); then they only queue, so that every callback runs inside `connect`, `read`, `write`
/// and `misc`, which only the network thread calls, as is `inbox`.
final class Handle: @unchecked Sendable {
    private let raw: OpaquePointer
    let inbox = Inbox()

    /// The library's one-time set-up, which is not safe to run twice at the same time.
    private static let library: Void = { _ = mosquitto_lib_init() }()

    init(_ configuration: MQTTConfiguration) throws(MQTTError) {
        _ = Self.library
        try configuration.validate()
        guard let raw = mosquitto_new(configuration.clientID, configuration.cleanStart, Unmanaged.passUnretained(inbox).toOpaque()) else {
            throw .library("no memory for a client")
        }
        self.raw = raw
        _ = mosquitto_threaded_set(raw, true)
        _ = mosquitto_int_option(raw, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5)
        _ = mosquitto_int_option(raw, MOSQ_OPT_TCP_NODELAY, 1)
        _ = mosquitto_int_option(raw, MOSQ_OPT_RECEIVE_MAXIMUM, 1024)
        _ = mosquitto_int_option(raw, MOSQ_OPT_SEND_MAXIMUM, Int32(clamping: min(configuration.maximumInFlight, 65_535)))
        if let username = configuration.username {
            let code = mosquitto_username_pw_set(raw, username, configuration.password)
            guard code == 0 else { throw .invalid("user name or password: \(Self.text(code))") }
        }
        if let security = configuration.security { try set(security) }
        if let will = configuration.will { try set(will) }
        mosquitto_connect_v5_callback_set(raw, onConnect)
        mosquitto_disconnect_v5_callback_set(raw, onDisconnect)
        mosquitto_publish_v5_callback_set(raw, onPublish)
        mosquitto_subscribe_v5_callback_set(raw, onSubscribe)
        mosquitto_message_v5_callback_set(raw, onMessage)
    }

    deinit { mosquitto_destroy(raw) }

    private func set(_ security: MQTTTransportSecurity) throws(MQTTError) {
        // Folder of the system's authorities on Debian; libmosquitto knows no default of its own.
        let folder = security.authorityFile == nil ? "/etc/ssl/certs" : nil
        // It says MOSQ_ERR_INVAL for a file that is not there, and no more than that.
        for file in [security.authorityFile, security.certificateFile, security.keyFile].compactMap(\.self) where access(file, R_OK) != 0 {
            throw .security("cannot read \(file)")
        }
        let code = mosquitto_tls_set(raw, security.authorityFile, folder, security.certificateFile, security.keyFile, nil)
        guard code == 0 else { throw .security(Self.text(code)) }
        // TLS 1.2 at least, and the broker's certificate is checked with its name.
        let options = mosquitto_tls_opts_set(raw, 1, "tlsv1.2", nil)
        guard options == 0, mosquitto_tls_insecure_set(raw, false) == 0 else { throw .security("TLS 1.2 is not to be had here") }
    }

    private func set(_ will: MQTTWill) throws(MQTTError) {
        var properties = PropertyList()
        properties.add(message: will.message)
        if will.delay > 0 { properties.add(MQTT_PROP_WILL_DELAY_INTERVAL, will.delay) }
        let message = will.message
        let code = message.payload.withUnsafeBytes { payload in
            mosquitto_will_set_v5(
                raw, message.topic, Int32(clamping: payload.count), payload.baseAddress, Int32(message.qos.rawValue), message.retain,
                properties.pointer)
        }
        guard code == 0 else { throw .invalid("last will: \(Self.text(code))") }
        properties.relinquish()
    }

    /// Looks the name up, connects and sends CONNECT. Blocks, for minutes if the network swallows packets.
    func connect(_ configuration: MQTTConfiguration) throws(MQTTError) {
        var properties = PropertyList()
        properties.add(MQTT_PROP_SESSION_EXPIRY_INTERVAL, configuration.sessionExpiry)
        properties.add(MQTT_PROP_MAXIMUM_PACKET_SIZE, UInt32(clamping: configuration.maximumPacketSize))
        let code = mosquitto_connect_bind_v5(
            raw, configuration.host, Int32(configuration.port), Int32(configuration.keepAlive), nil, properties.pointer)
        let systemError = errno
        guard code != 0 else { return }
        if code == MOSQ_ERR_TLS.rawValue || code == MOSQ_ERR_TLS_HANDSHAKE.rawValue { throw .security(Self.text(code)) }
        if code == MOSQ_ERR_ERRNO.rawValue { throw .unreachable(String(cString: strerror(systemError))) }
        throw .unreachable(Self.text(code))
    }

    /// The connection's descriptor, negative once it is closed.
    var socket: Int32 { mosquitto_socket(raw) }
    var wantsWrite: Bool { mosquitto_want_write(raw) }

    /// Each of these does one piece of the network loop's work and throws when the connection has ended.
    func read() throws(MQTTError) { try check(mosquitto_loop_read(raw, 1)) }
    func write() throws(MQTTError) { try check(mosquitto_loop_write(raw, 1)) }
    func misc() throws(MQTTError) { try check(mosquitto_loop_misc(raw)) }

    /// Queues a DISCONNECT, after which the broker forgets the will.
    func disconnect() { _ = mosquitto_disconnect_v5(raw, 0, nil) }

    /// Queues a PUBLISH and returns its packet identifier. The packet must not exceed the broker's maximum: libmosquitto 2.0.11 aborts
    /// the process on one that does.
    func publish(_ message: MQTTMessage) throws(MQTTError) -> Int32 {
        guard !message.topic.utf8.contains(0), (message.correlationData?.count ?? 0) <= 65_535 else {
            throw .invalid("topic with a zero byte, or correlation data above 65,535 bytes")
        }
        var properties = PropertyList()
        properties.add(message: message)
        var id: Int32 = 0
        let code = message.payload.withUnsafeBytes { payload in
            mosquitto_publish_v5(
                raw, &id, message.topic, Int32(clamping: payload.count), payload.baseAddress, Int32(message.qos.rawValue),
                message.retain, properties.pointer)
        }
        switch code {
        case MOSQ_ERR_SUCCESS.rawValue: return id
        case MOSQ_ERR_OVERSIZE_PACKET.rawValue, MOSQ_ERR_PAYLOAD_SIZE.rawValue:
            throw .packetTooLarge(bytes: message.payload.count + message.topic.utf8.count)
        case MOSQ_ERR_NO_CONN.rawValue, MOSQ_ERR_CONN_LOST.rawValue: throw .notConnected
        default: throw .invalid("message to \(message.topic): \(Self.text(code))")
        }
    }

    /// Queues a SUBSCRIBE for several filters and returns its packet identifier.
    func subscribe(_ filters: [String], qos: MQTTQoS) throws(MQTTError) -> Int32 {
        guard !filters.contains(where: { $0.utf8.contains(0) }) else { throw .invalid("topic filter with a zero byte") }
        var pointers = filters.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        var id: Int32 = 0
        let code = mosquitto_subscribe_multiple(raw, &id, Int32(clamping: filters.count), &pointers, Int32(qos.rawValue), 0, nil)
        switch code {
        case MOSQ_ERR_SUCCESS.rawValue: return id
        case MOSQ_ERR_NO_CONN.rawValue, MOSQ_ERR_CONN_LOST.rawValue: throw .notConnected
        default: throw .invalid("topic filters \(filters.joined(separator: ", ")): \(Self.text(code))")
        }
    }

    private func check(_ code: Int32) throws(MQTTError) {
        switch code {
        case MOSQ_ERR_SUCCESS.rawValue: return
        case MOSQ_ERR_NO_CONN.rawValue, MOSQ_ERR_CONN_LOST.rawValue, MOSQ_ERR_ERRNO.rawValue: throw .connectionLost
        case MOSQ_ERR_TLS.rawValue, MOSQ_ERR_TLS_HANDSHAKE.rawValue: throw .security(Self.text(code))
        case MOSQ_ERR_KEEPALIVE.rawValue: throw .timeout("no answer to a keep-alive ping")
        default: throw .library(Self.text(code))
        }
    }

    static func text(_ code: Int32) -> String { String(cString: mosquitto_strerror(code)) }
}

// The callbacks are functions of the file: a closure literal could inherit an isolation that the network thread does not have.

private func inbox(_ context: UnsafeMutableRawPointer?) -> Inbox? {
    context.map { Unmanaged<Inbox>.fromOpaque($0).takeUnretainedValue() }
}

private func onConnect(
    _: OpaquePointer?, context: UnsafeMutableRawPointer?, code: Int32, flags: Int32, properties: OpaquePointer?
) {
    if code == 0 {
        let keepAlive = properties.flatMap { PropertyList.int16($0, MQTT_PROP_SERVER_KEEP_ALIVE) }
        let maximum = properties.flatMap { PropertyList.int32($0, MQTT_PROP_MAXIMUM_PACKET_SIZE) }
        inbox(context)?.contents.accepted = (flags & 1 != 0, keepAlive.map { Int($0) }, maximum.map { Int($0) })
    } else {
        inbox(context)?.contents.connectionRefusal = MQTTReason(rawValue: UInt8(truncatingIfNeeded: code))
    }
}

private func onDisconnect(_: OpaquePointer?, context: UnsafeMutableRawPointer?, code: Int32, _: OpaquePointer?) {
    inbox(context)?.contents.disconnect = code
}

private func onPublish(_: OpaquePointer?, context: UnsafeMutableRawPointer?, id: Int32, code: Int32, _: OpaquePointer?) {
    inbox(context)?.contents.publishAnswers.append((id, MQTTReason(rawValue: UInt8(truncatingIfNeeded: code))))
}

private func onSubscribe(
    _: OpaquePointer?, context: UnsafeMutableRawPointer?, id: Int32, count: Int32, codes: UnsafePointer<Int32>?, _: OpaquePointer?
) {
    let reasons = UnsafeBufferPointer(start: codes, count: codes == nil ? 0 : Int(count))
        .map { MQTTReason(rawValue: UInt8(truncatingIfNeeded: $0)) }
    inbox(context)?.contents.subscribeAnswers.append((id, reasons))
}

private func onMessage(
    _: OpaquePointer?, context: UnsafeMutableRawPointer?, message: UnsafePointer<mosquitto_message>?, properties: OpaquePointer?
) {
    guard let message = message?.pointee, let topic = message.topic else { return }
    var copy = MQTTMessage(
        topic: String(cString: topic),
        payload: message.payload.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: Int(message.payloadlen))) } ?? [],
        qos: message.qos == 0 ? .atMostOnce : .atLeastOnce,
        retain: message.retain)
    if let properties {
        copy.contentType = PropertyList.string(properties, MQTT_PROP_CONTENT_TYPE)
        copy.responseTopic = PropertyList.string(properties, MQTT_PROP_RESPONSE_TOPIC)
        copy.correlationData = PropertyList.binary(properties, MQTT_PROP_CORRELATION_DATA)
        copy.messageExpiry = PropertyList.int32(properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL)
    }
    inbox(context)?.contents.messages.append(copy)
}
