package import Base

/// A camera's id and the node that it belongs to.
package struct CameraRecord: Sendable, Hashable {
    package var id: String
    package var node: String
    /// When it became somebody's; moving it changes nothing about that.
    package var claimedAt: Timestamp

    package init(id: String, node: String, claimedAt: Timestamp) {
        self.id = id
        self.node = node
        self.claimedAt = claimedAt
    }
}
