import Protocol

/// Which ids a node may have.
package enum NodeName {
    /// `hub` is the node of the hub's own events, and a node's name is its client identifier at the broker, where `hub-…` is a hub's.
    package static func isValid(_ name: String) -> Bool { Identifier.isValid(name) && name != "hub" && !name.hasPrefix("hub-") }

    /// What to tell a person whose name was refused.
    package static let rule = "\(Identifier.rule), and neither 'hub' nor begin with 'hub-'"
}
