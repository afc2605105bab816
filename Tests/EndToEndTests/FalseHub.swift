import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A web server that need not be what it says, and remembers every byte that it was sent.
final class FalseHub: Sendable {
    struct Request: Sendable {
        /// Method and path.
        let line: String
        let body: [UInt8]
    }

    typealias Responder = @Sendable (Request) async -> (status: Int, body: [UInt8])

    /// Everything that was received, after decryption.
    private final class Record: Sendable {
        let bytes = Mutex<[UInt8]>([])
        let lines = Mutex<[String]>([])
    }

    private final class Handler: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        private let record: Record
        private let respond: Responder
        private let pending = Mutex<[UInt8]>([])

        init(record: Record, respond: @escaping Responder) {
            self.record = record
            self.respond = respond
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(unwrapInboundIn(data).readableBytesView)
            record.bytes.withLock { $0 += bytes }
            let request = pending.withLock { pending in
                pending += bytes
                let request = Self.request(pending)
                if request != nil { pending = [] }
                return request
            }
            guard let request else { return }
            record.lines.withLock { $0.append(request.line) }
            let (channel, respond) = (context.channel, respond)
            Task {
                let (status, body) = await respond(request)
                let head = "HTTP/1.1 \(status) OK\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
                try? await channel.writeAndFlush(ByteBuffer(bytes: Array(head.utf8) + body))
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private static func request(_ bytes: [UInt8]) -> Request? {
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            let length =
                lines.first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.drop { $0 != ":" }.dropFirst().filter { $0 != " " }) } ?? 0
            guard bytes.count - end.upperBound >= length, let first = lines.first else { return nil }
            return Request(line: String(first.replacing(" HTTP/1.1", with: "")), body: Array(bytes[end.upperBound...]))
        }
    }

    private let record = Record()
    private let channel: any Channel

    /// - Parameters:
    ///   - certificate: PEM, what it shows.
    ///   - key: PEM.
    init(certificate: String, key: String, _ respond: @escaping Responder) async throws {
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))))
        let record = record
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    try channel.pipeline.syncOperations.addHandler(Handler(record: record, respond: respond))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var address: String { "https://127.0.0.1:\(port)" }
    var received: [UInt8] { record.bytes.withLock { $0 } }
    /// Method and path of each request.
    var requests: [String] { record.lines.withLock { $0 } }

    func stop() async { try? await channel.close() }
}
