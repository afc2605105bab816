package import Base
package import NIOCore
package import Protocol

/// A `LiveRecord` as the hub passes it on: its content is never copied.
package struct LiveChunk: Sendable {
    package var kind: LiveRecord.Kind
    package var time: Timestamp
    package var content: ByteBuffer

    /// What is said to those who see nothing; empty when all is well.
    static func notice(_ words: String, at time: Timestamp) -> LiveChunk {
        LiveChunk(kind: .notice, time: time, content: ByteBuffer(string: words))
    }

    /// The record's head for a viewer.
    /// - Parameter camera: Its number among those that the viewer asked for.
    func head(camera: UInt8) -> ByteBuffer {
        ByteBuffer(bytes: LiveRecord.head(kind, camera: camera, time: time, contentLength: content.readableBytes))
    }

    /// What a `start` record holds; nil where it is none.
    var start: (codec: String, initialization: ByteBuffer)? {
        var content = content
        guard kind == .start, let length = content.readInteger(as: UInt8.self), let name = content.readString(length: Int(length)) else {
            return nil
        }
        return (name, content)
    }
}
