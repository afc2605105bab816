import Base
import Protocol
import Trust

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
        guard let signed = command.signed, let signature = command.signature else {
            throw UploadRefusal("\(command.command) needs a ticket in `signed`, and its `signature`")
        }
        guard let keys else { throw UploadRefusal("this node has not joined, and knows no hub by its key") }
        let text: [UInt8]
        do throws(TrustError) {
            text = try SignedMessage(signed: signed, signature: signature).open(domain: domain, with: keys.verifying)
        } catch { throw UploadRefusal(error.message) }
        guard let ticket = try? NodeJSON.decode(Self.self, from: text) else { throw UploadRefusal("the ticket cannot be read") }
        guard ticket.v == 1 else { throw UploadRefusal("the ticket is of a newer version: update this node") }
        guard ticket.node == node else { throw UploadRefusal("the ticket is for another node") }
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
