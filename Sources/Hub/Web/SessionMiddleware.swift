private import HTTPTypes
package import Hummingbird
private import NIOCore

/// Finds out who asks, and refuses changes that another site had a browser make. What they may do is `AccessMiddleware`'s.
package struct SessionMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    /// The session's cookie.
    package static let cookie = "vigilar_session"

    let accounts: Accounts

    package func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let path = request.uri.path
        if path.hasPrefix("/assets/") || path == "/healthz" { return try await next(request, context) }
        let cookie = request.cookies[Self.cookie].flatMap { SessionToken($0.value) }
        guard Self.isSameOrigin(request, hasCookie: cookie != nil) else { throw Problem.crossOrigin }
        do throws(StoreError) {
            // A program that shows a token means it: a browser's cookie beside it does not help where the token is no good.
            if let bearer = Self.bearer(request) {
                context.session = try await session(bearer, [.token])
            } else {
                context.session = try await session(cookie, [.browser, .kiosk])
            }
        } catch {
            // Unknown, not signed out: what everybody may see is still served, and nobody is sent to sign in again.
            switch context.endpointPath.flatMap({ RouteRules.rule(request.method, $0) })?.caller {
            case .everybody, .machine: break
            case .account, .rights, nil: throw Problem(store: error)
            }
        }
        return try await next(request, context)
    }

    /// What is no token in one way is none in the other: a cookie is sent by any page, and a header by a program alone.
    private func session(_ token: SessionToken?, _ kinds: Set<SessionRecord.Kind>) async throws(StoreError) -> SessionRecord? {
        guard let token, let session = try await accounts.session(tokenHash: token.hash), kinds.contains(session.kind) else { return nil }
        return session
    }

    /// What is shown as `Authorization: Bearer`: nil where nothing is, and nil within that for what cannot be a token.
    private static func bearer(_ request: Request) -> SessionToken?? {
        guard let value = request.headers[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        // What is none of ours is a proxy's, which asks for a password or a token of its own.
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].hasPrefix(SessionToken.prefix) else { return nil }
        return .some(SessionToken(bearer: parts[1]))
    }

    /// Safe methods pass. Others must say that they come from this origin when they carry a cookie, and must not say the contrary when
    /// they carry none (a foreign page could otherwise sign a browser in to an account of its own).
    static func isSameOrigin(_ request: Request, hasCookie: Bool) -> Bool {
        if [.get, .head, .options].contains(request.method) { return true }
        if let site = request.headers[.fetchSite] { return site == "same-origin" || (site == "none" && !hasCookie) }
        guard let origin = request.headers[.origin] else { return !hasCookie }
        guard let host = request.head.authority, let scheme = origin.firstRange(of: "://") else { return false }
        return origin[scheme.upperBound...].lowercased() == host.lowercased()
    }
}
