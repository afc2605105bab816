import Base
import Protocol
import Trust

extension UploadTicket {
    /// Seconds that the node's clock and the hub's may differ. With the life of a ticket, and this much on either side, it stays below what
    /// `TicketMemory` remembers.
    static let leniency = 240.0

    /// A ticket that the hub has signed for this node, and that is good now.
    /// - Parameter keys: Nil for a node that has not joined.
    /// - Throws: `UploadRefusal`.
    init(_ command: NodeCommand, node: String, keys: HubKeys?, now: Timestamp) throws(UploadRefusal) {
        guard let signed = command.signed, let signature = command.signature else {
            throw UploadRefusal("upload needs a ticket in `signed`, and its `signature`")
        }
        guard let keys else { throw UploadRefusal("this node has not joined, and knows no hub by its key") }
        let text: [UInt8]
        do throws(TrustError) {
            text = try SignedMessage(signed: signed, signature: signature).open(domain: SignedDomain.upload, with: keys.verifying)
        } catch { throw UploadRefusal(error.message) }
        guard let ticket = try? NodeJSON.decode(UploadTicket.self, from: text) else { throw UploadRefusal("the ticket cannot be read") }
        guard ticket.v == 1 else { throw UploadRefusal("the ticket is of a newer version: update this node") }
        guard ticket.node == node else { throw UploadRefusal("the ticket is for another node") }
        guard Self.isName(ticket.ticket) else { throw UploadRefusal("the ticket's name is none") }
        guard 0 <= ticket.from, ticket.from < ticket.to else { throw UploadRefusal("the ticket asks for no bytes") }
        let left = ticket.expires.seconds(since: now)
        guard left > -Self.leniency else {
            throw UploadRefusal("the ticket has expired, or this node's clock is ahead by minutes")
        }
        guard left < Self.life + Self.leniency else {
            throw UploadRefusal("the ticket is good for too long, or this node's clock is behind by minutes")
        }
        self = ticket
    }
}
