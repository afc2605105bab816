import Base

/// How large a fault run is.
package struct FaultRunSettings: Sendable {
    /// Events over all nodes; every eighth has a second revision.
    package var events = 10_000
    package var faults = 32
    package var nodes = 4
    package var replicas = 2
    /// Events a second over all nodes.
    package var rate = 120.0
    /// Clients of the event stream on each replica that stay connected.
    package var followers = 1
    /// Clients that leave and come back to any replica.
    package var hoppers = 2
    package var seed: UInt64 = 1
    /// Nodes that take the broker's word for the hub's: to show that they lose events.
    package var trustsBroker = false
    /// Whether nodes join first and reach the broker over TLS with their certificates, the hubs with a password.
    package var isSecure = false

    package init() {}
}
