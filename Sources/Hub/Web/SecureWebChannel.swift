import HummingbirdCore
package import Logging
package import NIOCore
private import NIOSSL

/// A connection of the web server over TLS.
package struct SecureWebChannel: ServerChildChannel {
    package typealias Value = WebChannel.Value

    private let inner: WebChannel
    private let certificate: any ListenerCertificate

    package init(_ inner: WebChannel, certificate: any ListenerCertificate) {
        self.inner = inner
        self.certificate = certificate
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let context = certificate.current
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }.flatMap {
            inner.setup(channel: channel, logger: logger)
        }
    }

    package func handle(value: Value, logger: Logger) async { await inner.handle(value: value, logger: logger) }
}
