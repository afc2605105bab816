package import Base

/// What the hub signs and sends with the command `upload`: bytes of one segment's file that the node is to push to
/// `PUT /api/v1/nodes/{node}/uploads/{ticket}`, once, soon, at one of the addresses that it joined.
package struct UploadTicket: Sendable, Hashable, Codable {
    /// Seconds that a ticket is good for.
    package static let life = 60.0

    package var v = 1
    package var node: String
    /// Names the upload; 16 to 100 of `a-z A-Z 0-9 - _ .`. It begins with the replica that asked, and a point.
    package var ticket: String
    /// The segment's id.
    package var segment: String
    /// Offsets in the segment's file; `to` is not among them. A segment that is being written has more by then, which stays away.
    package var from: Int64
    package var to: Int64
    /// From then on the node leaves it alone.
    package var expires: Timestamp

    package init(node: String, ticket: String, segment: String, from: Int64, to: Int64, expires: Timestamp) {
        self.node = node
        self.ticket = ticket
        self.segment = segment
        self.from = from
        self.to = to
        self.expires = expires
    }

    /// Whether text can name an upload.
    package static func isName(_ text: String) -> Bool {
        (16...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || [45, 46, 95].contains(byte)
            }
    }
}
