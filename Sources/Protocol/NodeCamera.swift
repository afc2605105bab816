/// A camera in the list of its node's `state`.
package struct NodeCamera: Sendable, Hashable, Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, online, problem, unrecorded
        case subStream = "sub_stream"
    }

    package var id: String
    /// What people call it.
    package var name: String
    package var online: Bool
    /// Why it stays off, for people; nil for one that does not.
    package var problem: String?
    /// Why nothing of it is recorded although it should be, for people; nil where it is.
    package var unrecorded: String?
    /// Whether it has a small stream beside its main one; nil where it has none.
    package var subStream: Bool?

    package init(id: String, name: String, online: Bool, problem: String? = nil, unrecorded: String? = nil, subStream: Bool? = nil) {
        self.id = id
        self.name = name
        self.online = online
        self.problem = problem
        self.unrecorded = unrecorded
        self.subStream = subStream
    }
}
