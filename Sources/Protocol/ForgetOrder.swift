/// What the hub signs and sends with the command `forget`: that somebody is erased, and nothing of what a node still has of some events may be sent.
package struct ForgetOrder: Sendable, Hashable, Codable {
    package var v = 1
    package var node: String
    /// At most `limit` ids.
    package var events: [String]
    /// Whether the whole pictures are meant, too, and not only portraits.
    package var pictures: Bool

    /// Events of one order.
    package static let limit = 1000

    package init(node: String, events: [String], pictures: Bool) {
        self.node = node
        self.events = events
        self.pictures = pictures
    }
}

extension ForgetOrder: HubOrder {
    package static var word: String { "order" }
}
