package import MQTT
import Protocol

/// The MQTT session of a node, as the contract has it.
package enum HubSession {
    /// Fills in what every node's connection has: client id, session, keep-alive and last will.
    package static func configuration(node: String, host: String, port: Int, username: String?, password: String?) -> MQTTConfiguration {
        var configuration = MQTTConfiguration(
            host: host, port: port, clientID: "vigilar-node-\(node)", username: username, password: password)
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
