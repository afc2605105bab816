package import Base
package import MQTT
package import Protocol
private import Zstandard

/// Reads what a node sent on its `events` topic. Pure: bytes in, a batch for the store or an answer for the node out.
package struct BatchReader: Sendable {
    /// A message read.
    package enum Reading: Sendable {
        /// A batch for the store, and the number that the acknowledgement repeats.
        case batch(IngestBatch, number: Int64)
        /// Cannot be parsed: the node is told, and halves it.
        case unreadable(node: String, Acknowledgement)
        /// Not a node's events topic: nobody to answer.
        case foreign
    }

    private let clock: any WallClock

    package init(clock: any WallClock) { self.clock = clock }

    package func read(_ message: MQTTMessage) -> Reading {
        guard let (node, part) = Topics.parse(node: message.topic), part == "events" else { return .foreign }
        do {
            let payload = try plain(message)
            let batch = try EventBatch(payload: payload, fromNode: node)
            let now = clock.now
            let refused = batch.refused.map {
                QuarantinedElement(node: node, epoch: batch.epoch, seq: $0.seq, why: $0.why, body: $0.body, receivedAt: now)
            }
            return .batch(
                IngestBatch(node: node, epoch: batch.epoch, events: batch.events, refused: refused, receivedAt: now), number: batch.batch)
        } catch {
            var answer = Acknowledgement(epoch: error.epoch, batch: error.batch)
            answer.unreadable = error.why
            return .unreadable(node: node, answer)
        }
    }

    private func plain(_ message: MQTTMessage) throws(UnreadableBatch) -> [UInt8] {
        func unreadable(_ why: String) -> UnreadableBatch { UnreadableBatch(epoch: nil, batch: nil, why: why) }
        switch message.contentType {
        case nil, Topics.json:
            guard message.payload.count <= Limits.payload else { throw unreadable("more than \(Limits.payload) bytes") }
            return message.payload
        case Topics.zstd:
            do { return try Zstandard.decompress(message.payload, limit: Limits.decompressed) } catch {
                throw unreadable("cannot be decompressed: \(error)")
            }
        case .some: throw unreadable("content type must be \(Topics.json) or \(Topics.zstd)")
        }
    }
}
