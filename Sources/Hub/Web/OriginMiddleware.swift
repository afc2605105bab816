private import HTTPTypes
package import Hummingbird
private import NIOCore

/// Notes, before all else, where a request comes from and whether its sender speaks TLS.
package struct OriginMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    let proxies: TrustedProxies
    /// Whether the listener speaks TLS.
    let isSecure: Bool

    package func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let peer = context.channel.remoteAddress?.ipAddress
        context.address = proxies.client(peer: peer, forwardedFor: request.headers[values: .forwardedFor])
        context.isSecure = proxies.isSecure(isSecure, peer: peer, forwardedProto: request.headers[values: .forwardedProto])
        return try await next(request, context)
    }
}
