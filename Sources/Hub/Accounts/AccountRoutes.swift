private import Base
private import Foundation
private import HTTPTypes
package import Hummingbird
private import Protocol

/// All accounts, for administrators, and the links by which they are made.
package struct AccountRoutes: Sendable {
    let accounts: Accounts

    private static let bodyLimit = 16 * 1024

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/accounts") { _, _ in
            let items = try await accounts.all().map { Self.json($0.name, $0.grants) }.joined(separator: [UInt8(ascii: ",")])
            return Response(json: Array("{\"items\":[".utf8) + items + Array("],\"next\":null}".utf8))
        }
        router.post("/api/v1/accounts/invitations") { request, context in
            let (session, grants) = (try context.browser(), try await Self.grants(request))
            // A body may come long after its head, and its sender may have been shut out meanwhile.
            try await accounts.require(session)
            context.note(GrantList.words(grants))
            return Self.answer(try await accounts.invite(grants, by: session.account))
        }
        router.patch("/api/v1/accounts/:name") { request, context in
            let (session, grants) = (try context.browser(), try await Self.grants(request))
            try await accounts.require(session)
            context.note(GrantList.words(grants))
            return try Self.answer(try await accounts.setGrants(grants, of: Self.name(context)))
        }
        router.delete("/api/v1/accounts/:name") { _, context in
            _ = try context.browser()
            return try Self.answer(try await accounts.delete(Self.name(context)))
        }
        router.get("/api/v1/accounts/:name/sessions") { _, context in
            guard let session = context.session else { throw Problem.unauthorized }
            return Response(json: SessionList.json(try await accounts.sessions(of: Self.name(context)), own: session.tokenHash))
        }
        router.delete("/api/v1/accounts/:name/sessions") { _, context in
            _ = try context.browser()
            try await accounts.endAll(of: Self.name(context), tokensToo: true)
            return Response(status: .noContent)
        }
        router.post("/api/v1/accounts/:name/reset") { _, context in
            let (session, name) = (try context.browser(), try Self.name(context))
            // Whoever has somebody's browser for a moment must not take their account over.
            guard name != session.account else {
                throw Problem(
                    .forbidden, "not-allowed", "Not allowed",
                    "One's own password is changed on the page of one's account, with the present one.")
            }
            guard let link = try await accounts.reset(name, by: session.account) else { throw Self.noAccount }
            return Self.answer(link)
        }
    }

    private struct Asked: Decodable {
        let grants: [GrantList.Asked]
    }

    private static func grants(_ request: Request) async throws -> [Grant] {
        guard let asked = try? NodeJSON.decode(Asked.self, from: try await request.body(upTo: bodyLimit)),
            let grants = GrantList.grants(asked.grants)
        else { throw Problem.body("Send {\"grants\":[…]}: \(GrantList.rule).") }
        return grants
    }

    private static func name(_ context: WebContext) throws(Problem) -> String {
        guard let name = context.parameters.get("name").flatMap(\.removingPercentEncoding) else { throw noAccount }
        return PasswordRule.written(name)
    }

    private static let noAccount = Problem(.notFound, "not-found", "No such account", "There is no account of this name.")

    private static func answer(_ link: Accounts.Link) -> Response {
        Response(
            status: .created,
            json: Array("{\"link\":\"/welcome?token=\(link.token.text)\",\"expires_at\":\"\(link.expiresAt.rfc3339)\"}".utf8))
    }

    private static func answer(_ outcome: AccountOutcome) throws(Problem) -> Response {
        switch outcome {
        case .done: return Response(status: .noContent)
        case .unknown: throw noAccount
        case .lastAdministrator:
            throw Problem(
                .conflict, "last-administrator", "The last administrator",
                "Nobody else may administer the whole installation: invite another administrator first.")
        }
    }

    /// An account with what it may do.
    static func json(_ name: String, _ grants: [Grant]) -> [UInt8] {
        var out = Array("{\"name\":".utf8)
        JSONText.append(name, to: &out)
        let role = Access(grants).highestRole.map { "\"\($0.rawValue)\"" } ?? "null"
        out += Array(",\"role\":\(role),\"grants\":".utf8)
        GrantList.append(grants, to: &out)
        return out + Array("}".utf8)
    }
}
