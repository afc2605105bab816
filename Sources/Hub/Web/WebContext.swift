package import Hummingbird
package import NIOCore
import Synchronization

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
    /// Shared by all copies: a route says something, and the middleware around it writes it down.
    let auditNote = AuditNote()
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

    /// Whose browser asks. A token does what it was made for and changes no account: who finds one must not get an account by it, or make one.
    func browser() throws(Problem) -> SessionRecord {
        guard let session else { throw .unauthorized }
        guard session.kind == .browser else {
            throw Problem(.forbidden, "not-allowed", "Not allowed", "Accounts are changed in the browser, and not with a token.")
        }
        return session
    }

    /// What the audit log is to say of this request beside its route.
    func note(_ detail: String) { auditNote.detail.withLock { $0 = detail } }

    /// Whether a request comes from this machine itself. One that a proxy forwarded does not, though the proxy may run here, and whether
    /// it is trusted or not: this goes by the connection, and not by `address`.
    package func isLocal(_ request: Request) -> Bool {
        guard let address = channel.remoteAddress?.ipAddress else { return false }
        let isLoopback = address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
        return isLoopback && !request.headers.contains { ["forwarded", "x-forwarded-for", "x-real-ip"].contains($0.name.canonicalName) }
    }
}
