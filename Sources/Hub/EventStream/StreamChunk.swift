import NIOCore

/// A chunk of an HTTP/1.1 response in chunked transfer coding (RFC 9112, section 7.1), framing included.
enum StreamChunk {
    /// The frames behind each other; nil for none.
    static func make(_ frames: [StreamFrame]) -> ByteBuffer? {
        make(size: frames.reduce(0) { $0 + $1.bytes.readableBytes }) { out in
            for frame in frames { out.writeImmutableBuffer(frame.bytes) }
        }
    }

    /// One piece of an event stream; nil for an empty one, which would end the response.
    static func make(_ text: ByteBuffer) -> ByteBuffer? {
        make(size: text.readableBytes) { $0.writeImmutableBuffer(text) }
    }

    private static func make(size: Int, _ body: (inout ByteBuffer) -> Void) -> ByteBuffer? {
        guard size > 0 else { return nil }
        var out = ByteBuffer()
        out.reserveCapacity(size + 20)
        out.writeString(String(size, radix: 16))
        out.writeString("\r\n")
        body(&out)
        out.writeString("\r\n")
        return out
    }
}
