private import Protocol

/// Somebody who may connect to the embedded broker.
package struct BrokerUser: Sendable, Hashable {
    /// What a user may publish and read.
    package enum Role: Sendable, Hashable {
        /// Everything below `vigilar/`.
        case hub
        /// Its own node's topics and no others.
        case node
    }

    /// A node's user is named like the node.
    package let name: String
    /// The MQTT password.
    package let secret: String
    package let role: Role

    package init(name: String, secret: String, role: Role) {
        self.name = name
        self.secret = secret
        self.role = role
    }

    /// The name can stand in Mosquitto's files without meaning something else there.
    var isValid: Bool { Identifier.isValid(name) && !secret.isEmpty }
}

extension BrokerUser: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(role) \(name)" }
    package var customMirror: Mirror { Mirror(self, children: ["name": name, "role": role]) }
}
