import Base
private import HTTPTypes
package import Hummingbird
private import Protocol
private import Trust

/// Screens: the page `/kiosk`, how a browser becomes one, and which there are.
package struct KioskRoutes: Sendable {
    let store: any HubStore
    let accounts: Accounts
    let stream: EventFanout
    let pages: Pages
    let clock: any WallClock

    private static let bodyLimit = 16 * 1024
    /// Seconds for which browsers keep a cookie at most: 400 days (RFC 6265bis, section 5.6.1). Each loading of the page begins them anew.
    private static let cookieLength = 400.0 * 86_400

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/kiosk") { request, context in try await page(request, context) }
        router.get("/api/v1/kiosk") { _, context in try await own(context) }
        router.get("/api/v1/kiosks") { _, _ in try await list() }
        router.post("/api/v1/kiosks") { request, context in try await approve(request, context) }
        router.delete("/api/v1/kiosks/:id") { _, context in try await remove(context) }
        router.post("/api/v1/kiosks/pairings") { _, context in try await pair(context) }
        router.post("/api/v1/kiosks/pairings/claim") { request, context in try await claim(request, context) }
    }

    // MARK: The screen

    private func page(_ request: Request, _ context: WebContext) async throws -> Response {
        let cookie = request.cookies[SessionMiddleware.cookie].flatMap { SessionToken($0.value) }
        do {
            if let session = context.session, session.kind == .kiosk, let token = cookie,
                let kiosk = try await store.kiosk(session.tokenHash)
            {
                var response = try pages.kiosk(try await view(kiosk))
                // Browsers do not say `Origin` here, by which the first cookie was known to be for TLS alone.
                response.headers[.setCookie] = SessionRoutes.cookie(token, isSecure: kiosk.isSecure, length: Self.cookieLength)
                return response
            }
        } catch is StoreError {
            // A page that only says so would stay for ever: nobody touches the screen. The one below asks until the store answers.
        }
        let isSignedIn = context.session?.kind == .browser
        // Where the store is away nobody knows whose the cookie is: the page asks until it is known.
        return try pages.kioskPairing(account: isSignedIn ? context.session?.account : nil, isReturning: cookie != nil && !isSignedIn)
    }

    /// What the screen's page asks now and then: whether it is one still, and of what its page is made now.
    private func own(_ context: WebContext) async throws -> Response {
        guard let session = context.session, session.kind == .kiosk, let kiosk = try await store.kiosk(session.tokenHash) else {
            throw Problem(.notFound, "not-found", "No screen", "This browser is no screen. The page /kiosk makes it one.")
        }
        let build = try pages.build(try await view(kiosk))
        var out = Array("{\"name\":".utf8)
        JSONText.append(kiosk.plan.name, to: &out)
        return Response(json: out + Array(",\"build\":\"\(build)\",\"now\":\"\(clock.now.rfc3339)\"}".utf8))
    }

    private func view(_ kiosk: Kiosk) async throws -> KioskView {
        let nodes = try await NodeOverview.all(from: store, Access(kiosk.grants).scope(.watch))
        return KioskView(kiosk, nodes, zones: try await store.timeZones())
    }

    // MARK: Pairing

    private func pair(_ context: WebContext) async throws -> Response {
        let network = SignInThrottle.Key.pairings(from: context.address)
        try await accounts.count([network])
        let (code, secret, now) = (KioskCode(), SessionToken(), clock.now)
        let pairing = KioskPairing(
            secretHash: secret.hash, codeHash: code.hash, expiresAt: now.advanced(bySeconds: KioskPairing.length),
            networkHash: network.hash)
        try await store.addPairing(pairing, limit: KioskPairing.limit, at: now)
        return Response(
            status: .created,
            json: Array("{\"code\":\"\(code.text)\",\"secret\":\"\(secret.text)\",\"expires_at\":\"\(pairing.expiresAt.rfc3339)\"}".utf8))
    }

    private func claim(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await request.body(upTo: Self.bodyLimit)
        let text = (try? JSONObject(body))?.string("secret") ?? ""
        guard let secret = SessionToken(text) else { throw Problem.body("Send {\"secret\":…}, the one that came with the code.") }
        let token = SessionToken()
        let isSecure = context.isSecure || SessionRoutes.isSecure(request)
        switch try await store.claimPairing(secretHash: secret.hash, tokenHash: token.hash, isSecure: isSecure, at: clock.now) {
        case .waiting: return Response(status: .accepted, json: Array("{\"state\":\"waiting\"}".utf8))
        case .over:
            throw Problem(
                .gone, "pairing-over", "The code is over",
                "The code's time is over, or it was used: POST /api/v1/kiosks/pairings makes another.")
        case .claimed(let kiosk):
            await accounts.takeBack([], clearing: [.pairings(from: context.address)])
            await ReplacedSession(kiosks: store, accounts: accounts, stream: stream).end(context)
            await accounts.note("screen-paired", kiosk.account, context.origin(request), "approved by \(kiosk.plan.approvedBy)")
            var out = Array("{\"state\":\"paired\",\"name\":".utf8)
            JSONText.append(kiosk.plan.name, to: &out)
            var response = Response(status: .created, json: out + Array("}".utf8))
            response.headers[.setCookie] = SessionRoutes.cookie(token, isSecure: kiosk.isSecure, length: Self.cookieLength)
            return response
        }
    }

    // MARK: Administration

    private struct Asked: Decodable {
        let code: String
        let name: String
        let cameras: [String]
        let side: Int
    }

    private func approve(_ request: Request, _ context: WebContext) async throws -> Response {
        let session = try context.browser()
        let rule = "{\"code\":…,\"name\":…,\"cameras\":[…],\"side\":…}: \(KioskPlan.rule)"
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let asked = try? NodeJSON.decode(Asked.self, from: body) else { throw Problem.body("Send \(rule).") }
        let plan = KioskPlan(name: asked.name, cameras: asked.cameras, side: asked.side, approvedBy: session.account)
        guard plan.isValid else { throw Problem.body("Send \(rule).") }
        let known = Set(try await store.cameras().map(\.id))
        guard known.isSuperset(of: plan.cameras) else { throw Problem.noCamera }
        // A body may come long after its head, and its sender may have been shut out meanwhile.
        try await accounts.require(session)
        context.note("\(plan.name): \(plan.cameras.joined(separator: ", "))")
        guard let code = KioskCode(asked.code), try await store.approvePairing(codeHash: code.hash, plan, at: clock.now) else {
            throw Problem(
                .notFound, "unknown-code", "No screen shows this code",
                "No screen shows this code, or it was approved already: look at the screen once more, since the code changes every ten minutes.",
                parameter: "code")
        }
        return Response(status: .noContent)
    }

    private func list() async throws -> Response {
        var out = Array("{\"items\":[".utf8)
        for (index, kiosk) in try await store.kiosks().enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += Array("{\"id\":\"\(Hexadecimal.encode(kiosk.tokenHash))\",\"name\":".utf8)
            JSONText.append(kiosk.plan.name, to: &out)
            let cameras = kiosk.plan.cameras.map { "\"\($0)\"" }.joined(separator: ",")
            out += Array(",\"cameras\":[\(cameras)],\"side\":\(kiosk.plan.side),\"approved_by\":".utf8)
            JSONText.append(kiosk.plan.approvedBy, to: &out)
            out += Array(
                ",\"created_at\":\"\(kiosk.createdAt.rfc3339)\",\"used_at\":\"\(kiosk.usedAt.rfc3339)\"}".utf8)
        }
        return Response(json: out + Array("],\"next\":null}".utf8))
    }

    private func remove(_ context: WebContext) async throws -> Response {
        _ = try context.browser()
        guard let hash = context.parameters.get("id").flatMap(Hexadecimal.decode), let name = try await store.deleteKiosk(hash) else {
            throw Problem(.notFound, "not-found", "No such screen", "There is no screen of this id, or it was removed.")
        }
        context.note(name)
        accounts.forget(session: hash)
        stream.end(session: hash)
        return Response(status: .noContent)
    }
}
