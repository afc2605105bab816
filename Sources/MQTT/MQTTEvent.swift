/// What a client tells its owner, in order.
package enum MQTTEvent: Sendable {
    /// The broker accepted the connection. Without a present session every subscription has to be made again.
    case connected(sessionPresent: Bool)
    /// The connection ended, or an attempt to connect failed; the client tries again by itself.
    case disconnected(MQTTError)
    case message(MQTTMessage)
}
