/// The answer to a node that claimed a camera: whose it is.
package struct CameraClaim: Sendable, Hashable {
    package var camera: String
    /// Name of the node that it belongs to.
    package var owner: String

    package init(camera: String, owner: String) {
        self.camera = camera
        self.owner = owner
    }
}
