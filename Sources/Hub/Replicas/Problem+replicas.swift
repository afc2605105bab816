private import HTTPTypes

extension Problem {
    /// A ticket of a replica that does not run.
    static let goneReplica = Problem(
        .gone, "gone-replica", "Nobody waits for it", "The replica of the hub that asked for this upload does not run any more.")
    /// A ticket of a replica that runs, and does not answer.
    static let unreachableReplica = Problem(
        .badGateway, "unreachable-replica", "The replica that asked cannot be reached",
        "This replica of the hub received what another one asked for, and cannot reach that one: see replica_address in its hub.toml.")
    /// A request of whoever is no replica, on a route that is for replicas.
    static let notAReplica = Problem(
        .unauthorized, "not-a-replica", "For replicas only",
        "Only a replica of this hub may pass uploads on. Do all replicas have the same trust folder?")
}
