private import Base
package import Logging
package import Protocol
import Trust

/// Forgets what waits for the hub of somebody who is erased there: the command `forget`.
package struct Forgetting: Sendable {
    private let node: String
    private let queue: SnapshotQueue
    private let keys: @Sendable () -> HubKeys?
    private let logger: Logger

    /// - Parameter keys: Nil while the hub is not known by its key.
    package init(node: String, queue: SnapshotQueue, keys: @escaping @Sendable () -> HubKeys?, logger: Logger) {
        self.node = node
        self.queue = queue
        self.keys = keys
        self.logger = logger
    }

    /// Answers the command `forget`. Where the answer is yes, nothing is left on the disk, and nothing more comes.
    package func accept(_ command: NodeCommand) async -> NodeReply {
        do throws(UploadRefusal) {
            let order = try ForgetOrder.open(command, domain: SignedDomain.forget, node: node, keys: keys())
            let events = order.events.compactMap { EventID($0) }
            guard events.count == order.events.count, events.count <= ForgetOrder.limit else {
                throw UploadRefusal("the order's events are none, or too many")
            }
            guard await queue.forget(events, subjects: order.pictures ? [.portrait, .scene] : [.portrait]) else {
                throw UploadRefusal("what waits for the hub cannot be deleted: is the disk read-only?")
            }
            return NodeReply(ok: true)
        } catch {
            logger.warning("An order to forget somebody was refused", metadata: ["why": "\(error)"])
            return NodeReply(ok: false, error: error.description)
        }
    }
}
