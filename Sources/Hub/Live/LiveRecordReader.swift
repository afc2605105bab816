import Base
import NIOCore
import Protocol

/// Puts records together from the pieces in which they come.
struct LiveRecordReader: Sendable {
    private var buffer = ByteBuffer()

    /// - Returns: The records that are whole by now.
    /// - Throws: `PlaybackFailure.broken` for what is none; nothing after it can be read.
    mutating func add(_ piece: ByteBuffer) throws -> [LiveChunk] {
        buffer.writeImmutableBuffer(piece)
        var chunks: [LiveChunk] = []
        while let chunk = try next() { chunks.append(chunk) }
        buffer.discardReadBytes()
        return chunks
    }

    private mutating func next() throws -> LiveChunk? {
        let at = buffer.readerIndex
        guard let length = buffer.getInteger(at: at, as: UInt32.self).map({ Int($0) + 4 - LiveRecord.headLength }) else { return nil }
        guard 0...LiveRecord.limit ~= length else { throw Self.broken }
        guard buffer.readableBytes >= LiveRecord.headLength + length else { return nil }
        guard let kind = buffer.getInteger(at: at + 4, as: UInt8.self).flatMap(LiveRecord.Kind.init),
            let time = buffer.getInteger(at: at + 6, as: Int64.self)
        else { throw Self.broken }
        buffer.moveReaderIndex(forwardBy: LiveRecord.headLength)
        guard let content = buffer.readSlice(length: length) else { throw Self.broken }
        // A slice would keep all of what came with it.
        return LiveChunk(kind: kind, time: Timestamp(microseconds: time), content: ByteBuffer(bytes: content.readableBytesView))
    }

    private static let broken = PlaybackFailure.broken("the node sends what is no live video")
}
