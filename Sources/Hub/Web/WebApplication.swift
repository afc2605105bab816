private import Base
package import Hummingbird
private import HummingbirdCore
private import NIOCore
private import ServiceLifecycle
private import Settings

/// The hub's web server, on one address or several.
package final class WebApplication: Service {
    private let dependencies: WebDependencies
    private let listeners: [WebListener]
    package let ports: WebPorts

    /// - Parameters:
    ///   - listeners: Their ports may be 0 for free ones.
    ///   - ports: Told on which ports it listens.
    package init(_ dependencies: WebDependencies, listeners: [WebListener], ports: WebPorts = WebPorts()) {
        self.dependencies = dependencies
        self.listeners = listeners
        self.ports = ports
    }

    /// The first port that it listens on, without TLS if there is one; nil before it does.
    package var boundPort: Int? { ports.plain ?? ports.secure }

    /// Serves until the hub stops; open streams are ended then, so that stopping does not wait for them.
    package func run() async throws {
        let stream = dependencies.stream
        let apps = listeners.map { listener in
            Self.application(dependencies, listener: listener) { self.ports.opened($0, by: listener) }
        }
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for app in apps { group.addTask { try await app.run() } }
                // One that cannot listen ends all.
                do { try await group.waitForAll() } catch {
                    group.cancelAll()
                    throw error
                }
            }
        } onGracefulShutdown: {
            stream.close()
        }
    }

    /// The application by itself, for tests.
    package static func application(
        _ dependencies: WebDependencies, listener: WebListener = WebListener(HostAndPort(host: "127.0.0.1", port: 0)),
        onRunning: @escaping @Sendable (Int?) -> Void = { _ in }
    ) -> Application<ChildTaskResponder> {
        Application(
            responder: ChildTaskResponder(WebRouter.build(dependencies, isSecure: listener.certificate != nil).buildResponder()),
            server: HTTPServerBuilder { responder in
                let channel = WebChannel(HTTP1Channel(responder: responder))
                guard let certificate = listener.certificate else { return channel }
                return SecureWebChannel(channel, certificate: certificate)
            },
            configuration: .init(address: .hostname(listener.address.host, port: listener.address.port), serverName: nil, backlog: 1024),
            onServerRunning: { onRunning($0.localAddress?.port) },
            logger: dependencies.logger)
    }
}
