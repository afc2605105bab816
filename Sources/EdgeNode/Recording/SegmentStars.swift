package import Base
package import Logging
package import Protocol
import Recording
import Trust

/// Carries out what people at the hub want kept: the command `star`.
package actor SegmentStars {
    private let node: String
    private let library: RecordingLibrary
    private let keys: @Sendable () -> HubKeys?
    private let metrics: Metrics
    private let logger: Logger
    private let executor = ThreadExecutor(name: "rec-stars")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter keys: Nil while the hub is not known by its key.
    package init(node: String, library: RecordingLibrary, keys: @escaping @Sendable () -> HubKeys?, metrics: Metrics, logger: Logger) {
        self.node = node
        self.library = library
        self.keys = keys
        self.metrics = metrics
        self.logger = logger
        metrics.declare(
            "vigilar_recording_star_orders_total", .counter, help: "Orders of the hub to keep a segment, or no longer, by outcome.")
    }

    /// Answers the command `star`. Where the answer is yes, it is done for good.
    package func accept(_ command: NodeCommand) -> NodeReply {
        do {
            let (order, segment) = try order(command)
            switch try library.star(segment, order.starred, number: order.number) {
            case .done:
                count("done")
                return NodeReply(ok: true)
            case .gone:
                count("gone")
                return NodeReply(ok: false, error: "gone")
            case .outdated(let number):
                count("outdated")
                return NodeReply(ok: false, error: "the order is older than one that came since", number: number)
            }
        } catch {
            count("refused")
            let words = (error as? UploadRefusal)?.description ?? (error as? RecordingError)?.message ?? "\(error)"
            logger.warning("An order to keep a recording was refused", metadata: ["why": "\(words)"])
            return NodeReply(ok: false, error: words)
        }
    }

    private func order(_ command: NodeCommand) throws -> (StarOrder, EventID) {
        let order = try StarOrder.open(command, domain: SignedDomain.star, node: node, keys: keys())
        guard let segment = EventID(order.segment), (0...Limits.counter).contains(order.number) else {
            throw UploadRefusal("the order's segment or number is none")
        }
        return (order, segment)
    }

    private func count(_ outcome: String) { metrics.add("vigilar_recording_star_orders_total", labels: [("outcome", outcome)]) }
}
