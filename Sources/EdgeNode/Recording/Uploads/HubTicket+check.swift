import Base
import Protocol

extension HubTicket {
    /// Seconds that the node's clock and the hub's may differ. With the life of a ticket, and this much on either side, it stays below what
    /// `TicketMemory` remembers.
    static var leniency: Double { 240 }

    /// A ticket that the hub has signed for this node, and that is good now.
    /// - Parameters:
    ///   - domain: Of `SignedDomain`.
    ///   - keys: Nil for a node that has not joined.
    /// - Throws: `UploadRefusal`.
    static func open(
        _ command: NodeCommand, domain: String, node: String, keys: HubKeys?, now: Timestamp
    ) throws(UploadRefusal) -> Self {
        let ticket = try open(command, domain: domain, node: node, keys: keys)
        guard UploadTicket.isName(ticket.ticket) else { throw UploadRefusal("the ticket's name is none") }
        let left = ticket.expires.seconds(since: now)
        guard left > -Self.leniency else {
            throw UploadRefusal("the ticket has expired, or this node's clock is ahead by minutes")
        }
        guard left < UploadTicket.life + Self.leniency else {
            throw UploadRefusal("the ticket is good for too long, or this node's clock is behind by minutes")
        }
        return ticket
    }
}
