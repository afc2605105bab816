/// A camera in the list of its node's `state`.
package struct NodeCamera: Sendable, Hashable, Codable {
    package var id: String
    /// What people call it.
    package var name: String
    package var online: Bool

    package init(id: String, name: String, online: Bool) {
        self.id = id
        self.name = name
        self.online = online
    }
}
