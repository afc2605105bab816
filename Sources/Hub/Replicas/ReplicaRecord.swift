/// A hub process that others can reach.
package struct ReplicaRecord: Sendable, Hashable {
    /// Made anew at each start; see `ReplicaID`.
    package var id: String
    /// Its name in the configuration, for people.
    package var name: String
    /// `host:port` of its listener with TLS, as the other replicas reach it.
    package var address: String

    /// Seconds from one word of a replica to its next.
    package static let interval = 10.0
    /// Seconds after its last word for which a replica is believed to run. Two words may be missed.
    package static let life = 35.0

    package init(id: String, name: String, address: String) {
        self.id = id
        self.name = name
        self.address = address
    }
}
