import Base
import Foundation
import Hub
import Protocol
import Synchronization
import Trust

/// What nodes do with the command `delete`: they check the signature, and answer as the test says.
final class DeletingNode: Sendable {
    struct Away: Error {}

    private let hub: VerifyingKey
    private let state = Mutex((answers: [String: [NodeReply?]](), orders: [DeletionOrder]()))

    init(trusting hub: VerifyingKey) { self.hub = hub }

    var orders: [DeletionOrder] { state.withLock { $0.orders } }

    /// The next answers of a node: nil for none at all. Later ones are yes.
    func answers(_ node: String, _ replies: [NodeReply?]) { state.withLock { $0.answers[node] = replies } }

    func answer(_ command: NodeCommand, to node: String) throws -> NodeReply {
        guard command.command == "delete", let signed = command.signed, let signature = command.signature else {
            return NodeReply(ok: true)
        }
        let text = try SignedMessage(signed: signed, signature: signature).open(domain: SignedDomain.delete, with: hub)
        let order = try NodeJSON.decode(DeletionOrder.self, from: text)
        guard order.node == node else { return NodeReply(ok: false, error: "for another node") }
        return try state.withLock { state in
            state.orders.append(order)
            guard let next = state.answers[node]?.first else { return NodeReply(ok: true) }
            state.answers[node]?.removeFirst()
            guard let next else { throw Away() }
            return next
        }
    }
}
