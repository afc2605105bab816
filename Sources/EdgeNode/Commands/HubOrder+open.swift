import Protocol
import Trust

extension HubOrder {
    /// What a command brings, where the hub has signed it for this node.
    /// - Parameters:
    ///   - domain: Of `SignedDomain`.
    ///   - keys: Nil for a node that has not joined.
    /// - Throws: `UploadRefusal`.
    static func open(
        _ command: NodeCommand, domain: String, node: String, keys: HubKeys?
    ) throws(UploadRefusal) -> Self {
        guard let signed = command.signed, let signature = command.signature else {
            throw UploadRefusal("\(command.command) needs its \(word) in `signed`, and the `signature`")
        }
        guard let keys else { throw UploadRefusal("this node has not joined, and knows no hub by its key") }
        let text: [UInt8]
        do throws(TrustError) {
            text = try SignedMessage(signed: signed, signature: signature).open(domain: domain, with: keys.verifying)
        } catch { throw UploadRefusal(error.message) }
        guard let order = try? NodeJSON.decode(Self.self, from: text) else { throw UploadRefusal("the \(word) cannot be read") }
        guard order.v == 1 else { throw UploadRefusal("the \(word) is of a newer version: update this node") }
        guard order.node == node else { throw UploadRefusal("the \(word) is for another node") }
        return order
    }
}
