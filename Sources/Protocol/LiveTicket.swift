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
        /// A small JPEG of a keyframe, one in ten seconds at most: of a camera at which nothing happens.
        case idle
    }

    /// Of a camera that has two streams; one that has one shows that.
    package enum Stream: String, Sendable, Hashable, Codable { case main, sub }

    package var v = 1
    package var node: String
    /// Names the upload, as that of an `UploadTicket` does.
    package var ticket: String
    package var camera: String
    package var content: Content
    package var stream: Stream
    /// From then on the node leaves it alone; one that was begun by then goes on.
    package var expires: Timestamp

    package init(node: String, ticket: String, camera: String, content: Content, stream: Stream = .main, expires: Timestamp) {
        self.node = node
        self.ticket = ticket
        self.camera = camera
        self.content = content
        self.stream = stream
        self.expires = expires
    }
}
