/// What the hub signs for one node and sends with a command.
package protocol HubOrder: Sendable, Codable {
    /// What it is called where it is refused.
    static var word: String { get }
    var v: Int { get }
    var node: String { get }
}

extension HubOrder where Self: HubTicket {
    package static var word: String { "ticket" }
}

extension StarOrder: HubOrder {
    package static var word: String { "order" }
}

extension DeletionOrder: HubOrder {
    package static var word: String { "order" }
}
