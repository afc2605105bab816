internal import NIOCore

/// Cuts a stream into lines and bounds their length.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    struct TooLong: Error {}

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let end = buffer.readableBytesView.firstIndex(of: 10) else {
            guard buffer.readableBytes <= AdministrationServer.lineLimit else { throw TooLong() }
            return .needMoreData
        }
        let line = buffer.readSlice(length: end - buffer.readerIndex)
        buffer.moveReaderIndex(forwardBy: 1)
        if let line { context.fireChannelRead(Self.wrapInboundOut(line)) }
        return .continue
    }
}
