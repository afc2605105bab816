import NIOCore
private import NIOHTTP1

/// One open stream: a handler in its connection's pipeline, below the HTTP encoder, through which ready-made chunks go straight to the
/// socket. Passing them through the encoder and the async writer costs several times as much as the system call itself.
///
/// `@unchecked Sendable`: everything mutable is touched on the connection's event loop only; `channel`, `audience` and `session` never change.
final class StreamSubscriber: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny
    typealias OutboundOut = ByteBuffer

    /// Bytes that may wait for a client; one that is behind further is dropped, and resumes by itself.
    static let pendingLimit = 256 << 10

    let channel: any Channel
    let audience: StreamAudience
    /// As it was when the stream was opened: it ends with the session, and with the rights that it had.
    let session: SessionRecord
    private let ended: EventLoopPromise<Void>
    private var context: ChannelHandlerContext?
    private var isEnded = false
    /// Live events up to this cursor were replayed already.
    var replayedThrough: Int64 = 0
    /// Whether the live events go to it; false while it is replayed to.
    var isLive = false
    /// Called once, on the event loop, when the connection is gone or the stream was ended.
    var onEnd: ((StreamSubscriber) -> Void)?

    init(channel: any Channel, audience: StreamAudience, session: SessionRecord) {
        self.channel = channel
        self.audience = audience
        self.session = session
        ended = channel.eventLoop.makePromise()
    }

    /// A stream whose connection went before it was attached ends here.
    deinit { if !isEnded { ended.succeed() } }

    /// Succeeds when the stream is over.
    var end: EventLoopFuture<Void> { ended.futureResult }

    /// Puts the handler into the pipeline. On the event loop.
    /// - Returns: False where the connection does not speak HTTP/1.1.
    func attach() -> Bool {
        do {
            let operations = channel.pipeline.syncOperations
            let encoder = try operations.handler(type: HTTPResponseEncoder.self)
            try operations.addHandler(self, position: .before(encoder))
            try channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(low: Self.pendingLimit / 2, high: Self.pendingLimit))
            return true
        } catch {
            finish()
            return false
        }
    }

    /// Writes one chunk, HTTP framing included. On the event loop.
    /// - Returns: False when the client was too far behind and has been dropped.
    func write(_ chunk: ByteBuffer) -> Bool {
        guard let context, !isEnded else { return true }
        guard channel.isWritable else {
            drop()
            return false
        }
        context.writeAndFlush(wrapOutboundOut(chunk), promise: nil)
        return true
    }

    /// Ends the stream: a live one after what was written, one that is replayed to at once. On the event loop.
    func finish() {
        guard !isEnded else { return }
        isEnded = true
        let wasLive = isLive
        onEnd?(self)
        onEnd = nil
        ended.succeed()
        if let context {
            self.context = nil
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        }
        if !wasLive { channel.close(promise: nil) }
    }

    /// Ends the stream, from any thread.
    func leave() { channel.eventLoop.execute { self.finish() } }

    private func drop() {
        finish()
        channel.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        finish()
    }

    func channelInactive(context: ChannelHandlerContext) {
        context.fireChannelInactive()
        finish()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        // A browser that closed its half is not going to read on: without this the stream would live until the next write fails.
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { drop() }
    }
}

extension StreamSubscriber: RemovableChannelHandler {}
