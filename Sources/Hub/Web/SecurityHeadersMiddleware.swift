private import HTTPTypes
package import Hummingbird
private import Settings

/// What every answer says about how a browser may use it: no foreign script, style or frame, no guessing of types, no referrer;
/// and, of one that came over TLS, that it goes on with TLS.
package struct SecurityHeadersMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; font-src 'self'; connect-src 'self'; "
        + "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// A year. Not for subdomains, of which the hub knows nothing.
    static let strictTransportSecurity = "max-age=31536000"

    package func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "same-origin"
        response.headers[.permissionsPolicy] = "camera=(), microphone=(), geolocation=()"
        if context.isSecure {
            if Self.isName(request.head.authority) { response.headers[.strictTransportSecurity] = Self.strictTransportSecurity }
            // Whichever route sets one, it goes back over TLS only.
            let cookies = response.headers[values: .setCookie]
            if !cookies.isEmpty { response.headers[values: .setCookie] = cookies.map { $0.contains("; Secure") ? $0 : "\($0); Secure" } }
        }
        return response
    }

    /// Whether a browser reached this hub by a name that is its own. Of an address browsers do not keep the word (RFC 6797, section 8.1.1),
    /// and kept of `localhost` it would hold for every program of that machine, this hub's listener without TLS included.
    static func isName(_ authority: String?) -> Bool {
        guard let host = authority.flatMap({ HostAndPort($0.lowercased(), standardPort: 0) })?.host else { return false }
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        return name != "localhost" && !name.hasSuffix(".localhost") && NetworkAddress(name) == nil
    }
}
