/// What the hub signs and sends with the command `delete`: segments that go for good, because somebody wants so.
package struct DeletionOrder: Sendable, Hashable, Codable {
    package struct Item: Sendable, Hashable, Codable {
        /// The segment's id.
        package var segment: String
        /// Higher than that of every order before about this segment, also of those to keep it: an old one sent again does not delete what somebody
        /// has kept and let go since.
        package var number: Int64

        package init(segment: String, number: Int64) {
            self.segment = segment
            self.number = number
        }
    }

    /// Segments at most in one order.
    package static let limit = 500

    package var v = 1
    package var node: String
    package var items: [Item]

    package init(node: String, items: [Item]) {
        self.node = node
        self.items = items
    }
}
