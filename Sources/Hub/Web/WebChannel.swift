package import HummingbirdCore
package import Logging
package import NIOCore

/// A connection of the web server: HTTP/1.1, with a small receive buffer.
///
/// A connection keeps its buffer for the next read, which on an event stream never comes. What browsers send here fits a kilobyte, and
/// the buffer does not grow for what does not.
package struct WebChannel: ServerChildChannel {
    package typealias Value = HTTP1Channel.Value

    private let inner: HTTP1Channel

    package init(_ inner: HTTP1Channel) { self.inner = inner }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        do { try channel.syncOptions?.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1024)) } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return inner.setup(channel: channel, logger: logger)
    }

    package func handle(value: Value, logger: Logger) async { await inner.handle(value: value, logger: logger) }
}
