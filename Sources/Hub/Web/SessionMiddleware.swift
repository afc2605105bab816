private import HTTPTypes
package import Hummingbird
private import NIOCore

/// Lets in who is signed in, and everybody where that is meant; refuses changes that another site had a browser make.
package struct SessionMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    /// The session's cookie.
    package static let cookie = "vigilar_session"

    let accounts: Accounts
    /// Who may see faces and names. Asked here alone: whatever shows them asks the context.
    let mayIdentify: @Sendable (SessionRecord) -> Bool

    package func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let path = request.uri.path
        if path.hasPrefix("/assets/") || path == "/healthz" { return try await next(request, context) }
        let token = request.cookies[Self.cookie].flatMap { SessionToken($0.value) }
        guard Self.isSameOrigin(request, hasCookie: token != nil) else { throw Problem.crossOrigin }
        do throws(StoreError) {
            if let token { context.session = try await accounts.session(tokenHash: token.hash) }
        } catch {
            // Unknown, not signed out: what everybody may see is still served, and nobody is sent to sign in again.
            guard Self.isOpen(request) else { throw Problem(store: error) }
        }
        context.mayIdentify = context.session.map(mayIdentify) ?? false
        guard context.session != nil || Self.isOpen(request) else {
            guard ProblemMiddleware.isPage(request), request.method == .get || request.method == .head else { throw Problem.unauthorized }
            let wanted = request.uri.string == "/" ? "" : "?next=" + Self.encode(request.uri.string)
            return Response(status: .seeOther, headers: [.location: "/sign-in\(wanted)", .cacheControl: "no-store"])
        }
        return try await next(request, context)
    }

    /// What answers without a session. `/readyz` and `/metrics` decide themselves how much they show to whom.
    private static func isOpen(_ request: Request) -> Bool {
        switch request.uri.path {
        case "/readyz", "/metrics", "/sign-in": true
        case "/api/v1/session": request.method == .post
        default:
            EnrolmentRoutes.isOpen(request) || SnapshotRoutes.isOpen(request) || PortraitRoutes.isOpen(request)
                || RecordingRoutes.isOpen(request)
                || UploadRoutes.isOpen(request)
        }
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

    private static func encode(_ text: String) -> String {
        var out = ""
        for byte in text.utf8.prefix(1024) {
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-_.~/".utf8.contains(byte)
            out += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return out
    }
}
