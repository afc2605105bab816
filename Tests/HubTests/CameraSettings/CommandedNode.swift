import Base
import Foundation
import Hub
import Protocol
import Synchronization
import Trust

/// What a node does with the command `camera`: it checks the signature, opens the address, and answers as the test says.
final class CommandedNode: Sendable {
    /// How it answers.
    enum Manner: Sendable {
        case obeys
        case refuses(String)
        /// It repeats the address, as no node should.
        case quotes
        case isAway
    }

    /// A change that it was sent.
    struct Order: Sendable, Hashable {
        var node: String
        var change: CameraChange
        var source: String?
    }

    struct Away: Error, CustomStringConvertible {
        let description = "The node 'porch' is not connected."
    }

    let sealingKey = SealingPrivateKey()
    private let hub: VerifyingKey
    private let state = Mutex((manner: Manner.obeys, orders: [Order]()))

    init(trusting hub: VerifyingKey) { self.hub = hub }

    var orders: [Order] { state.withLock { $0.orders } }

    func behave(_ manner: Manner) { state.withLock { $0.manner = manner } }

    func answer(_ command: NodeCommand, to node: String) throws -> NodeReply {
        guard command.command == "camera", let signed = command.signed, let signature = command.signature else {
            return NodeReply(ok: false, error: "not the command that is expected")
        }
        let message = try NodeJSON.decode(SignedMessage.self, from: NodeJSON.encode(["signed": signed, "signature": signature]) ?? [])
        let change = try NodeJSON.decode(CameraChange.self, from: try message.open(domain: SignedDomain.camera, with: hub))
        var order = Order(node: node, change: change)
        if let box = change.source.flatMap({ Base64URL.decode($0) }) {
            let context = SignedDomain.source(node: node, camera: change.camera, number: change.number)
            order.source = String(decoding: try SealedBox.open(box, with: sealingKey, context: context), as: UTF8.self)
        }
        let manner = state.withLock { state in
            state.orders.append(order)
            return state.manner
        }
        switch manner {
        case .obeys: return NodeReply(ok: true)
        case .refuses(let words): return NodeReply(ok: false, error: words)
        case .quotes: return NodeReply(ok: false, error: "cannot open \(order.source ?? "")")
        case .isAway: throw Away()
        }
    }
}
