/// A node as the broker knows it: by its certificate's common name, with the topics of its cameras.
package struct BrokerNode: Sendable, Hashable {
    /// An id, and `NodeName.isValid`.
    package let name: String
    /// Ids of the cameras that belong to it.
    package let cameras: [String]
    /// Fingerprint of the key that its certificate is for; nil where that does not matter. Another one ends its connection.
    package let key: String?

    package init(name: String, cameras: [String] = [], key: String? = nil) {
        self.name = name
        self.cameras = cameras
        self.key = key
    }
}
