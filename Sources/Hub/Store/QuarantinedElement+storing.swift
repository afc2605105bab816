import Base
import Protocol

extension QuarantinedElement {
    /// An event that could be read but not stored.
    init(_ event: Event, why: String, in batch: IngestBatch) {
        self.init(node: batch.node, epoch: batch.epoch, seq: event.seq, why: why, body: event.body, receivedAt: batch.receivedAt)
    }

    /// FNV-1a, 64 bits, of the body: with node, epoch and seq it tells a resend from something new. A collision costs one row of a
    /// list that is only looked at.
    var digest: Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in body { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Int64(bitPattern: hash)
    }

    /// The body and reason as they can be stored: cut to the limit, without NUL.
    var storable: QuarantinedElement {
        var copy = self
        copy.body = Array(body.prefix(Limits.payload))
        copy.why = String(why.unicodeScalars.filter { $0 != "\0" }.prefix(1000).map(Character.init))
        return copy
    }
}
