package import Base
package import Logging
package import Protocol
import Recording
import Trust

/// Carries out what people at the hub want deleted: the command `delete`.
package actor SegmentDeletions {
    private let node: String
    private let library: RecordingLibrary
    private let keys: @Sendable () -> HubKeys?
    private let metrics: Metrics
    private let logger: Logger
    private let executor = ThreadExecutor(name: "rec-delete")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter keys: Nil while the hub is not known by its key.
    package init(node: String, library: RecordingLibrary, keys: @escaping @Sendable () -> HubKeys?, metrics: Metrics, logger: Logger) {
        self.node = node
        self.library = library
        self.keys = keys
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_recording_deletions_total", .counter, help: "Segments that the hub ordered to delete, by outcome.")
    }

    /// Answers the command `delete`. Where the answer is yes, all segments of the order that it does not name are gone for good, whatever happens;
    /// their files go within seconds.
    package func accept(_ command: NodeCommand) -> NodeReply {
        do {
            let items = try self.items(command)
            let refused = try library.delete(items)
            let deleted = items.count - refused.count
            count("deleted", deleted)
            for refusal in refused.values { count(refusal.rawValue, 1) }
            if deleted > 0 { logger.notice("Recordings are deleted, as somebody at the hub wants", metadata: ["segments": "\(deleted)"]) }
            guard !refused.isEmpty else { return NodeReply(ok: true) }
            return NodeReply(
                ok: true, refused: Dictionary(uniqueKeysWithValues: refused.map { ($0.key.description, $0.value.rawValue) }))
        } catch {
            count("refused", 1)
            let words = (error as? UploadRefusal)?.description ?? (error as? RecordingError)?.message ?? "\(error)"
            logger.warning("An order to delete recordings was refused", metadata: ["why": "\(words)"])
            return NodeReply(ok: false, error: words)
        }
    }

    private func items(_ command: NodeCommand) throws -> [(segment: EventID, number: Int64)] {
        let order = try DeletionOrder.open(command, domain: SignedDomain.delete, node: node, keys: keys())
        guard order.items.count <= DeletionOrder.limit else {
            throw UploadRefusal("the order names more than \(DeletionOrder.limit) segments")
        }
        return try order.items.map { item -> (segment: EventID, number: Int64) in
            guard let segment = EventID(item.segment), (0...Limits.counter).contains(item.number) else {
                throw UploadRefusal("one of the order's segments or numbers is none")
            }
            return (segment, item.number)
        }
    }

    private func count(_ outcome: String, _ amount: Int) {
        guard amount > 0 else { return }
        metrics.add("vigilar_recording_deletions_total", Double(amount), labels: [("outcome", outcome)])
    }
}
