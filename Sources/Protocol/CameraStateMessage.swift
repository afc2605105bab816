/// The retained payload of `vigilar/camera/{camera}/state`.
package struct CameraStateMessage: Sendable, Hashable, Codable {
    package var node: String
    package var name: String
    package var online: Bool

    package init(node: String, name: String, online: Bool) {
        self.node = node
        self.name = name
        self.online = online
    }
}
