/// What the hub signs and sends with the command `star`: whether a segment is to be kept until somebody says otherwise.
package struct StarOrder: Sendable, Hashable, Codable {
    package var v = 1
    package var node: String
    /// Higher than that of every order before about this segment: an old one sent again does nothing, and the same one again nothing new.
    package var number: Int64
    /// The segment's id.
    package var segment: String
    /// False takes the star away, whereupon it is kept like an event's.
    package var starred: Bool

    package init(node: String, number: Int64, segment: String, starred: Bool) {
        self.node = node
        self.number = number
        self.segment = segment
        self.starred = starred
    }
}
