private import Base
package import Hummingbird
private import HummingbirdCore
private import NIOCore
private import ServiceLifecycle
private import Synchronization

/// The hub's web server on one address.
package final class WebApplication: Service {
    private let dependencies: WebDependencies
    private let host: String
    private let port: Int
    private let bound = Mutex<Int?>(nil)

    /// - Parameter port: 0 for a free one, which `boundPort` then tells.
    package init(_ dependencies: WebDependencies, host: String, port: Int) {
        self.dependencies = dependencies
        self.host = host
        self.port = port
    }

    /// The port that it listens on; nil before it does.
    package var boundPort: Int? { bound.withLock { $0 } }

    /// Serves until the hub stops; open streams are ended then, so that stopping does not wait for them.
    package func run() async throws {
        let app = Self.application(dependencies, host: host, port: port) { port in self.bound.withLock { $0 = port } }
        let stream = dependencies.stream
        try await withGracefulShutdownHandler {
            try await app.run()
        } onGracefulShutdown: {
            stream.close()
        }
    }

    /// The application by itself, for tests.
    package static func application(
        _ dependencies: WebDependencies, host: String = "127.0.0.1", port: Int = 0, onRunning: @escaping @Sendable (Int?) -> Void = { _ in }
    ) -> Application<ChildTaskResponder> {
        Application(
            responder: ChildTaskResponder(WebRouter.build(dependencies).buildResponder()),
            server: HTTPServerBuilder { WebChannel(HTTP1Channel(responder: $0)) },
            configuration: .init(address: .hostname(host, port: port), serverName: nil, backlog: 1024),
            onServerRunning: { onRunning($0.localAddress?.port) },
            logger: dependencies.logger)
    }
}
