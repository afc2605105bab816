/// How long presence waits for what, in seconds. Tests are less patient.
package struct PresenceSettings: Sendable {
    /// Silence after which a node is away.
    package var patience = PresenceMachine.patience
    /// Between two looks at the time while nothing arrives.
    package var tick = 0.5
    /// Between two writes of rows that carry no event.
    package var writing = 1.0
    /// Between two looks at which nodes there are.
    package var registry = 5.0
    /// Between two readings of the nodes' figures for this replica's metrics.
    package var figures = 15.0

    package init() {}
}
