/// What the hub signs and sends with the command `camera`: a camera that a node is to have, or no longer to have.
package struct CameraChange: Sendable, Hashable, Codable {
    package enum Action: String, Sendable, Hashable, Codable { case put, remove }

    package var v = 1
    package var node: String
    /// Higher than that of every change before, on this node: an old one sent again does nothing.
    package var number: Int64
    package var camera: String
    package var action: Action
    /// What people call it; nil leaves what it has.
    package var name: String?
    /// The camera's address, sealed to the node's key; nil leaves what it has. URL-safe Base64.
    package var source: String?

    package init(node: String, number: Int64, camera: String, action: Action, name: String? = nil, source: String? = nil) {
        self.node = node
        self.number = number
        self.camera = camera
        self.action = action
        self.name = name
        self.source = source
    }
}
