package import Base

/// A request on `vigilar/node/{node}/command`. The list of commands is open: a node answers what it does not know with an error.
package struct NodeCommand: Sendable, Hashable, Codable {
    /// `ping`, `resend`, `cameras`, `camera`, `upload`, `live`, `index`, `star`, `delete` or `forget`.
    package var command: String
    /// Of `resend`: rows acknowledged since then are sent again.
    package var since: Timestamp?
    /// Of `cameras`: whose each of the node's cameras is, by the camera's id. Those of other nodes stay off.
    package var owners: [String: String]?
    /// Of `camera`: a signed `CameraChange`, and its signature. Of `upload`: a signed `UploadTicket`, of `live` a
    /// signed `LiveTicket`, of `star` a signed `StarOrder`, of `delete` a signed `DeletionOrder`,
    /// of `forget` a signed `ForgetOrder`.
    package var signed: String?
    package var signature: String?
    /// Of `index`: the camera whose segments that are being written the hub wants to know about.
    package var camera: String?

    package init(
        command: String, since: Timestamp? = nil, owners: [String: String]? = nil, signed: String? = nil, signature: String? = nil,
        camera: String? = nil
    ) {
        self.command = command
        self.since = since
        self.owners = owners
        self.signed = signed
        self.signature = signature
        self.camera = camera
    }
}
