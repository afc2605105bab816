private import HTTPTypes
package import Hummingbird
private import Protocol
private import Trust

/// One's own account: `/api/v1/account`, its password, second factor, sessions and tokens.
package struct OwnAccountRoutes: Sendable {
    let accounts: Accounts
    let stream: EventFanout

    private static let bodyLimit = 16 * 1024

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/account") { _, context in
            guard let session = context.session else { throw Problem.unauthorized }
            let left = try await accounts.recoveryCodesLeft(session.account)
            return Response(
                json: AccountRoutes.json(session.account, session.grants).dropLast()
                    + Array(",\"second_factor\":\(left != nil),\"recovery_codes\":\(left.map(String.init) ?? "null")}".utf8))
        }
        router.put("/api/v1/account/password") { request, context in try await changePassword(request, context) }
        router.get("/api/v1/account/sessions") { _, context in
            guard let session = context.session else { throw Problem.unauthorized }
            return Response(json: SessionList.json(try await accounts.sessions(of: session.account), own: session.tokenHash))
        }
        router.delete("/api/v1/account/sessions") { _, context in
            let session = try context.browser()
            try await accounts.endAll(of: session.account, sparing: session.tokenHash, tokensToo: false)
            return Response(status: .noContent)
        }
        router.delete("/api/v1/account/sessions/:id") { _, context in
            let session = try context.browser()
            guard let hash = context.parameters.get("id").flatMap(Hexadecimal.decode), try await accounts.end(hash, of: session.account)
            else { throw Problem.notFound }
            stream.end(session: hash)
            return Response(status: .noContent)
        }
        router.post("/api/v1/account/tokens") { request, context in try await addToken(request, context) }
        router.post("/api/v1/account/second-factor") { _, context in
            let session = try context.browser()
            let secret = RandomBytes.make(OneTimeCode.secretLength)
            let address = OneTimeCode.address(secret, account: session.account)
            var out = Array("{\"secret\":\"\(OneTimeCode.text(secret))\",\"uri\":".utf8)
            JSONText.append(address, to: &out)
            out += Array(",\"picture\":".utf8)
            JSONText.append(QRCode.svg(address) ?? "", to: &out)
            return Response(json: out + Array("}".utf8))
        }
        router.put("/api/v1/account/second-factor") { request, context in try await addSecondFactor(request, context) }
        router.delete("/api/v1/account/second-factor") { request, context in
            let session = try context.browser()
            let asked: Confirmed = try await Self.body(request, "{\"password\":…}, text")
            try await accounts.removeSecondFactor(of: session.account, password: asked.password, from: context.origin(request))
            return Response(status: .noContent)
        }
    }

    private static func body<Asked: Decodable>(_ request: Request, _ rule: String) async throws -> Asked {
        guard let asked = try? NodeJSON.decode(Asked.self, from: try await request.body(upTo: bodyLimit)) else {
            throw Problem.body("Send \(rule).")
        }
        return asked
    }

    private struct Confirmed: Decodable {
        let password: String
    }

    // MARK: Password

    private struct Passwords: Decodable {
        let current: String
        let new: String
    }

    private func changePassword(_ request: Request, _ context: WebContext) async throws -> Response {
        let session = try context.browser()
        let asked: Passwords = try await Self.body(request, "{\"current\":…,\"new\":…}, both text")
        let opened = try await accounts.changePassword(
            of: session.account, from: asked.current, to: asked.new, from: context.origin(request))
        return Response(status: .noContent, headers: [.setCookie: SessionRoutes.cookie(opened.token, request)])
    }

    // MARK: Second factor

    private struct Added: Decodable {
        let secret: String
        let code: String
        let password: String
    }

    private func addSecondFactor(_ request: Request, _ context: WebContext) async throws -> Response {
        let session = try context.browser()
        let rule = "{\"secret\":…,\"code\":…,\"password\":…}, all text; POST to the same address makes a secret"
        let asked: Added = try await Self.body(request, rule)
        guard let secret = OneTimeCode.secret(asked.secret) else { throw Problem.body("Send \(rule).") }
        let codes = try await accounts.addSecondFactor(
            secret, code: asked.code, of: session.account, password: asked.password, from: context.origin(request))
        return Response(json: Array("{\"recovery_codes\":[\(codes.map { "\"\($0)\"" }.joined(separator: ","))]}".utf8))
    }

    // MARK: Tokens

    private struct NewToken: Decodable {
        let name: String
        let days: Int
        let grants: [GrantList.Asked]?
    }

    /// Days for which a token is good.
    private static let days = 1...366
    private static let nameLength = 1...64

    private func addToken(_ request: Request, _ context: WebContext) async throws -> Response {
        let session = try context.browser()
        let rule =
            "{\"name\":…,\"days\":…,\"grants\":[…]}: a name of 1 to 64 characters, 1 to 366 days, and where it shall do less than its account "
            + "grants: \(GrantList.rule)"
        let asked: NewToken = try await Self.body(request, rule)
        let limits = asked.grants.flatMap(GrantList.grants)
        guard Self.days.contains(asked.days), PlainText.isValid(asked.name, length: Self.nameLength),
            (limits == nil) == (asked.grants == nil)
        else { throw Problem.body("Send \(rule).") }
        try await accounts.require(session)
        // It would be good for nothing: better to say so now than to whoever looks for the reason later.
        if let limits, limits.contains(where: { session.grants.limited(to: [$0]).isEmpty }) {
            throw Problem.body("This account has no rights at one of the places of grants: name places of its own.")
        }
        context.note(limits.map(GrantList.words) ?? "all that the account may")
        let made = try await accounts.addToken(
            named: asked.name, limits: limits, days: asked.days, of: session.account, from: context.origin(request))
        guard let made else {
            throw Problem(
                .conflict, "too-many-tokens", "Too many tokens", "An account has at most 50 tokens: end one that is not used any more.")
        }
        var out = Array("{\"token\":\"\(made.token.bearer)\",\"session\":".utf8)
        SessionList.append(made.session, own: session.tokenHash, to: &out)
        return Response(status: .created, json: out + Array("}".utf8))
    }
}
