private import HTTPTypes
package import Hummingbird

/// What a link leads to: making an account, or choosing another password for one.
package struct WelcomeRoutes: Sendable {
    let kiosks: any KioskStore
    let accounts: Accounts
    let stream: EventFanout
    let pages: Pages

    private static let bodyLimit = 16 * 1024

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/welcome") { request, _ in
            let token = QueryParameters(request.uri.query).first("token").flatMap { SessionToken($0) }
            guard let token, let link = try await accounts.link(token) else {
                return try pages.welcome(token: nil, name: "", problem: Problem(account: Accounts.unusableLink))
            }
            return try pages.welcome(token: token.text, name: "", account: link.account, problem: nil)
        }
        router.post("/api/v1/welcome") { request, context in try await welcome(request, context) }
    }

    private func welcome(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = QueryParameters(String(decoding: try await request.body(upTo: Self.bodyLimit), as: UTF8.self))
        let name = form.first("name") ?? ""
        guard let token = form.first("token").flatMap({ SessionToken($0) }) else {
            return try pages.welcome(token: nil, name: name, problem: Problem(account: Accounts.unusableLink))
        }
        do throws(AccountError) {
            let opened = try await accounts.redeem(
                token, name: name, password: form.first("password") ?? "", from: context.origin(request))
            await ReplacedSession(kiosks: kiosks, accounts: accounts, stream: stream).end(context)
            return Response(
                status: .seeOther,
                headers: [.location: "/", .setCookie: SessionRoutes.cookie(opened.token, request), .cacheControl: "no-store"])
        } catch {
            let link = error.code == .unusableLink ? nil : try await accounts.link(token)
            return try pages.welcome(
                token: link == nil ? nil : token.text, name: name, account: link?.account, problem: Problem(account: error))
        }
    }
}
