package import Hummingbird
package import NIOCore

/// What the hub knows about a request.
package struct WebContext: RequestContext, Sendable {
    package var coreContext: CoreRequestContextStorage
    /// The connection.
    package let channel: any Channel
    /// Who asks; nil where nobody is signed in.
    package var session: SessionRecord?
    /// What they may do.
    package var access: Access { session.map { Access($0.grants) } ?? .none }
    /// The IP address that the request comes from, for the throttle; `unknown` where there is none. `OriginMiddleware` sets it.
    package var address = "unknown"
    /// Whether whoever asks speaks TLS, to the hub or to a trusted proxy before it. `OriginMiddleware` sets it.
    package var isSecure = false
    /// Whether they may see faces and names: of what the route's rule names, or everywhere.
    package var mayIdentify = false

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// All bodies are small but those of pictures and of recordings, whose routes have limits of their own.
    package var maxUploadSize: Int { 16 * 1024 }

    /// Where a sign-in comes from.
    func origin(_ request: Request) -> SignInOrigin { SignInOrigin(address: address, browser: request.headers[.userAgent] ?? "") }

    /// Whether a request comes from this machine itself. One that a proxy forwarded does not, though the proxy may run here, and whether
    /// it is trusted or not: this goes by the connection, and not by `address`.
    package func isLocal(_ request: Request) -> Bool {
        guard let address = channel.remoteAddress?.ipAddress else { return false }
        let isLoopback = address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
        return isLoopback && !request.headers.contains { ["forwarded", "x-forwarded-for", "x-real-ip"].contains($0.name.canonicalName) }
    }
}
