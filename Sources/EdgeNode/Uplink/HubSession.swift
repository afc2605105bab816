import Foundation
package import MQTT
import Protocol
import Settings

/// The MQTT session of a node, as the contract has it.
package enum HubSession {
    /// How a node reaches its hub: the broker that its configuration names, or else those that the hub named on joining.
    static func configuration(_ node: EdgeConfiguration, _ identity: NodeIdentity?) -> MQTTConfiguration {
        if let broker = node.hub.broker {
            var session = configuration(
                node: node.node, host: broker.host, port: broker.port, username: broker.username, password: broker.password?.value)
            if broker.isSecure {
                session.security = MQTTTransportSecurity(
                    authorityFile: node.hub.authority ?? identity?.authorityFile.path, certificateFile: identity?.certificateFile.path,
                    keyFile: identity?.keyFile.path)
            }
            return session
        }
        let brokers = (identity?.answer.brokers ?? []).compactMap { HostAndPort($0) }.map { MQTTEndpoint(host: $0.host, port: $0.port) }
        let first = brokers.first ?? MQTTEndpoint(host: "127.0.0.1", port: 8883)
        var session = configuration(node: node.node, host: first.host, port: first.port, username: nil, password: nil)
        session.alternatives = Array(brokers.dropFirst())
        session.security = identity.map { security($0) }
        return session
    }

    /// TLS with the certificate that joining brought.
    package static func security(_ identity: NodeIdentity) -> MQTTTransportSecurity {
        MQTTTransportSecurity(
            authorityFile: identity.authorityFile.path, certificateFile: identity.certificateFile.path, keyFile: identity.keyFile.path)
    }

    /// Fills in what every node's connection has: client id, session, keep-alive and last will. The client id is the node's name, as the
    /// hub's own broker would have it anyway.
    package static func configuration(node: String, host: String, port: Int, username: String?, password: String?) -> MQTTConfiguration {
        var configuration = MQTTConfiguration(host: host, port: port, clientID: node, username: username, password: password)
        configuration.cleanStart = false
        configuration.sessionExpiry = 60
        configuration.keepAlive = 15
        configuration.maximumPacketSize = Limits.packet
        if let offline = NodeJSON.encode(NodeState(state: .offline)) {
            let message = MQTTMessage(topic: Topics.state(node: node), payload: offline, retain: true, contentType: Topics.json)
            configuration.will = MQTTWill(message: message, delay: 15)
        }
        return configuration
    }
}
