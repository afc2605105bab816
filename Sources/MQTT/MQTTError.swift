/// Why a call or a connection failed. The description says what to do and carries no secret.
package enum MQTTError: Error, Sendable, Hashable {
    /// A setting, topic or property cannot be used as it is.
    case invalid(String)
    /// There is no connection; nothing was sent. Try again after `MQTTEvent.connected`.
    case notConnected
    /// The connection ended before the broker answered: the message may have arrived or not.
    case connectionLost
    /// The caller was cancelled: the message may have been sent or not.
    case cancelled
    /// The packet is larger than the broker or our own bound allows.
    case packetTooLarge(bytes: Int)
    /// The broker refused a message (PUBACK).
    case refused(MQTTReason)
    /// The broker refused a subscription (SUBACK).
    case subscriptionRefused(filter: String, reason: MQTTReason)
    /// The broker refused the connection (CONNACK).
    case connectionRefused(MQTTReason)
    /// The broker ended the connection (DISCONNECT).
    case disconnectedByBroker(MQTTReason)
    /// The broker speaks no MQTT 5.
    case protocolVersion
    /// No connection came about; the text names the system's reason.
    case unreachable(String)
    /// One of the two could not prove to the other who it is, or a file that it takes is missing.
    case security(String)
    /// Nothing was heard from the other side for longer than it is allowed to be silent.
    case timeout(String)
    /// The client was asked to end.
    case stopped
    /// libmosquitto failed in a way that has no case of its own.
    case library(String)
}

extension MQTTError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalid(let what): "MQTT setting or message not usable: \(what)"
        case .notConnected: "not connected to the MQTT broker: wait for the connection and try again"
        case .connectionLost: "the connection to the MQTT broker ended before it answered: send again after the reconnection"
        case .cancelled: "cancelled while waiting for the MQTT broker"
        case .packetTooLarge(let bytes): "a message of \(bytes) bytes is larger than an MQTT packet may be: send it in parts or over HTTPS"
        case .refused(let reason): "the MQTT broker refused the message: \(reason); check the topic and this user's access rights"
        case .subscriptionRefused(let filter, let reason):
            "the MQTT broker refused the subscription to \(filter): \(reason); check this user's access rights"
        case .connectionRefused(let reason):
            "the MQTT broker refused the connection: \(reason); check user, password and client identifier"
        case .disconnectedByBroker(let reason): "the MQTT broker ended the connection: \(reason)"
        case .protocolVersion: "the MQTT broker speaks no MQTT 5: use Mosquitto 2, EMQX, VerneMQ or HiveMQ"
        case .unreachable(let why): "cannot reach the MQTT broker: \(why); check host, port and that it runs"
        case .security(let why):
            "no trust between here and the MQTT broker: \(why); check the clock, and that both have certificates of the same authority"
        case .timeout(let what): "the MQTT broker was silent for too long: \(what); check the network between here and the broker"
        case .stopped: "the MQTT client was stopped"
        case .library(let what): "libmosquitto: \(what)"
        }
    }
}
