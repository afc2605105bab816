package import Base

/// What the hub signs and sends with the command `live`: what a camera shows from now on, to be pushed as `LiveRecord`s to
/// `PUT /api/v1/nodes/{node}/uploads/{ticket}`, for as long as the hub takes it.
package struct LiveTicket: Sendable, Hashable, Codable {
    /// What is wanted of the camera.
    package enum Content: String, Sendable, Hashable, Codable {
        /// Its stream as it comes, as fragmented MP4.
        case video
        /// JPEGs, a few a second.
        case stills
    }

    package var v = 1
    package var node: String
    /// Names the upload, as that of an `UploadTicket` does.
    package var ticket: String
    package var camera: String
    package var content: Content
    /// From then on the node leaves it alone; one that was begun by then goes on.
    package var expires: Timestamp

    package init(node: String, ticket: String, camera: String, content: Content, expires: Timestamp) {
        self.node = node
        self.ticket = ticket
        self.camera = camera
        self.content = content
        self.expires = expires
    }
}
