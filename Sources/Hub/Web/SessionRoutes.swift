private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// Signing in and out: `/api/v1/session`, by JSON or by the form of `/sign-in`.
package struct SessionRoutes: Sendable {
    let kiosks: any KioskStore
    let accounts: Accounts
    let stream: EventFanout
    let pages: Pages

    private var replaced: ReplacedSession { ReplacedSession(kiosks: kiosks, accounts: accounts, stream: stream) }

    package func add(to router: some RouterMethods<WebContext>) {
        router.post("/api/v1/session") { request, context in try await signIn(request, context) }
        router.delete("/api/v1/session") { _, context in
            guard let session = context.session else { throw Problem.unauthorized }
            try await accounts.end(session.tokenHash, of: session.account)
            stream.end(session: session.tokenHash)
            var response = Response(
                status: .noContent, headers: [.setCookie: "\(SessionMiddleware.cookie)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"])
            Self.clearCache(&response, context)
            return response
        }
    }

    private func signIn(_ request: Request, _ context: WebContext) async throws -> Response {
        var request = request
        let body: [UInt8]
        do { body = Array((try await request.collectBody(upTo: context.maxUploadSize)).readableBytesView) } catch {
            throw Problem(
                .contentTooLarge, "body-too-large", "The request's body is too large", "At most \(context.maxUploadSize) bytes are taken.")
        }
        let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.lowercased()
        if type == "application/x-www-form-urlencoded" {
            let form = QueryParameters(String(decoding: body, as: UTF8.self))
            let next = Self.localPath(form.first("next"))
            do throws(AccountError) {
                let token = try await accounts.signIn(
                    name: form.first("name") ?? "", password: form.first("password") ?? "", code: form.first("code"),
                    from: context.origin(request)
                )
                await replaced.end(context)
                return Response(
                    status: .seeOther, headers: [.location: next, .setCookie: Self.cookie(token.token, request), .cacheControl: "no-store"])
            } catch {
                return try pages.signIn(
                    next: next, name: form.first("name") ?? "", asksForCode: error.code == .codeNeeded || error.code == .wrongCode,
                    problem: Problem(account: error))
            }
        }
        guard type == "application/json" else {
            throw Problem(.unsupportedMediaType, "unsupported-type", "Unknown kind of body", "Send application/json or a form.")
        }
        guard let object = try? JSONObject(body), let name = object.string("name"), let password = object.string("password") else {
            throw Problem.body("Send {\"name\":…,\"password\":…}, both text, and \"code\" where the account has a second factor.")
        }
        let (token, session) = try await accounts.signIn(
            name: name, password: password, code: object.string("code"), from: context.origin(request))
        await replaced.end(context)
        var out: [UInt8] = Array("{\"name\":".utf8)
        JSONText.append(session.account, to: &out)
        out.append(contentsOf: ",\"role\":".utf8)
        JSONText.append(Access(session.grants).highestRole?.rawValue ?? "", to: &out)
        out.append(contentsOf: ",\"expires_at\":\"\(session.expiresAt)\"}".utf8)
        var response = Response(status: .created, json: out)
        response.headers[.setCookie] = Self.cookie(token, request)
        return response
    }

    /// Has the browser forget what it keeps of answers, pictures among them. What belongs to the screen and not to whoever was signed in, as how
    /// the cameras are arranged, stays. Without TLS browsers do not heed it.
    static func clearCache(_ response: inout Response, _ context: WebContext) {
        if context.isSecure { response.headers[.clearSiteData] = "\"cache\"" }
    }

    /// Whether the browser says that it speaks TLS, to us or to a proxy before us.
    static func isSecure(_ request: Request) -> Bool { request.headers[.origin]?.hasPrefix("https://") ?? false }

    static func cookie(_ token: SessionToken, _ request: Request) -> String {
        cookie(token, isSecure: isSecure(request), length: Accounts.sessionLength)
    }

    /// - Parameters:
    ///   - isSecure: Whether the browser sends it over TLS alone.
    ///   - length: Seconds for which the browser keeps it.
    static func cookie(_ token: SessionToken, isSecure: Bool, length: Double) -> String {
        "\(SessionMiddleware.cookie)=\(token.text); Path=/; Max-Age=\(Int(length)); HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }

    /// A path of this site, so that a link cannot lead from the sign-in to elsewhere; `/events` for anything else.
    static func localPath(_ text: String?) -> String {
        guard let text, text.utf8.first == UInt8(ascii: "/"), text.utf8.count <= 1024, !text.hasPrefix("//"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return text
    }
}
