import NIOCore
import Synchronization

/// The records of one upload, whose pieces come one after the other.
final class RecordsOfUpload: Sendable {
    private let reader = Mutex(LiveRecordReader())

    func add(_ piece: ByteBuffer) throws -> [LiveChunk] { try reader.withLock { try $0.add(piece) } }
}
