package import MQTT
import Protocol

/// Reads what a node sent on its `state` and `health` topics. Pure.
package enum PresenceReader {
    /// A message read.
    package enum Reading: Sendable {
        case input(PresenceInput)
        /// No such message, or one with two readings.
        case unreadable(node: String?)
    }

    package static func read(_ message: MQTTMessage) -> Reading {
        guard let (node, part) = Topics.parse(node: message.topic) else { return .unreadable(node: nil) }
        do {
            switch part {
            // A report that the broker kept is no report: it would be a sign of life for ever.
            case "health" where !message.retain:
                return .input(.health(node: node, try NodeJSON.decode(NodeHealth.self, from: message.payload)))
            case "state":
                let state = try NodeJSON.decode(NodeState.self, from: message.payload)
                return .input(.state(node: node, state, isRetained: message.retain))
            default: return .unreadable(node: node)
            }
        } catch { return .unreadable(node: node) }
    }
}
