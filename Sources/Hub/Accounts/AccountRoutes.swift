private import Base
private import Foundation
private import HTTPTypes
package import Hummingbird
private import Protocol

/// Accounts: one's own, all of them for administrators, and the links by which they are made.
package struct AccountRoutes: Sendable {
    let accounts: Accounts
    let pages: Pages

    /// Places where one account may have rights.
    private static let grantLimit = 100
    private static let bodyLimit = 16 * 1024

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/welcome") { request, _ in
            let token = QueryParameters(request.uri.query).first("token").flatMap { SessionToken($0) }
            guard let token, try await accounts.isUsable(token) else {
                return try pages.welcome(token: nil, name: "", problem: Problem(account: Accounts.unusableLink))
            }
            return try pages.welcome(token: token.text, name: "", problem: nil)
        }
        router.post("/api/v1/welcome") { request, context in try await welcome(request, context) }
        router.get("/api/v1/account") { _, context in
            guard let session = context.session else { throw Problem.unauthorized }
            return Response(json: Self.json(session.account, session.grants))
        }
        router.put("/api/v1/account/password") { request, context in try await changePassword(request, context) }
        router.get("/api/v1/accounts") { _, _ in
            let items = try await accounts.all().map { Self.json($0.name, $0.grants) }.joined(separator: [UInt8(ascii: ",")])
            return Response(json: Array("{\"items\":[".utf8) + items + Array("],\"next\":null}".utf8))
        }
        router.post("/api/v1/accounts/invitations") { request, context in
            guard let session = context.session else { throw Problem.unauthorized }
            let link = try await accounts.invite(try await Self.grants(request), by: session.account)
            return Response(
                status: .created,
                json: Array("{\"link\":\"/welcome?token=\(link.token.text)\",\"expires_at\":\"\(link.expiresAt.rfc3339)\"}".utf8))
        }
        router.patch("/api/v1/accounts/:name") { request, context in
            guard let session = context.session, let name = Self.name(context) else { throw Self.noAccount }
            return try Self.answer(try await accounts.setGrants(try await Self.grants(request), of: name, by: session.account))
        }
        router.delete("/api/v1/accounts/:name") { _, context in
            guard let session = context.session, let name = Self.name(context) else { throw Self.noAccount }
            return try Self.answer(try await accounts.delete(name, by: session.account))
        }
    }

    // MARK: By a link

    private func welcome(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = QueryParameters(String(decoding: try await request.body(upTo: Self.bodyLimit), as: UTF8.self))
        let name = form.first("name") ?? ""
        guard let token = form.first("token").flatMap({ SessionToken($0) }) else {
            return try pages.welcome(token: nil, name: name, problem: Problem(account: Accounts.unusableLink))
        }
        do throws(AccountError) {
            let opened = try await accounts.redeem(token, name: name, password: form.first("password") ?? "", address: context.address)
            return Response(
                status: .seeOther,
                headers: [.location: "/", .setCookie: SessionRoutes.cookie(opened.token, request), .cacheControl: "no-store"])
        } catch {
            let isOver = error.code == .unusableLink
            return try pages.welcome(token: isOver ? nil : token.text, name: name, problem: Problem(account: error))
        }
    }

    // MARK: One's own

    private func changePassword(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        guard let object = try? JSONObject(try await request.body(upTo: Self.bodyLimit)), let present = object.string("current"),
            let password = object.string("new")
        else { throw Problem.body("Send {\"current\":…,\"new\":…}, both text.") }
        let opened = try await accounts.changePassword(of: session.account, from: present, to: password, address: context.address)
        return Response(status: .noContent, headers: [.setCookie: SessionRoutes.cookie(opened.token, request)])
    }

    // MARK: All of them

    private struct Asked: Decodable {
        let grants: [AskedGrant]
    }

    private struct AskedGrant: Decodable {
        let role: Role
        let site: String?
        let camera: String?
        let video: Bool?
        let faces: Bool?
    }

    private static func grants(_ request: Request) async throws -> [Grant] {
        guard let asked = try? NodeJSON.decode(Asked.self, from: try await request.body(upTo: bodyLimit)), asked.grants.count <= grantLimit,
            asked.grants.allSatisfy({ grant in
                (grant.site == nil || grant.camera == nil) && [grant.site, grant.camera].compactMap(\.self).allSatisfy(Identifier.isValid)
            })
        else {
            throw Problem.body(
                "Send {\"grants\":[…]} with at most \(grantLimit), each with role (viewer, operator or administrator), site or camera or "
                    + "neither, and where wanted video and faces (true or false).")
        }
        return asked.grants.map { Grant($0.role, site: $0.site, camera: $0.camera, video: $0.video ?? true, faces: $0.faces) }
    }

    private static func name(_ context: WebContext) -> String? {
        context.parameters.get("name").flatMap(\.removingPercentEncoding).map(PasswordRule.written)
    }

    private static let noAccount = Problem(.notFound, "not-found", "No such account", "There is no account of this name.")

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

    private static func json(_ name: String, _ grants: [Grant]) -> [UInt8] {
        var out = Array("{\"name\":".utf8)
        JSONText.append(name, to: &out)
        let role = Access(grants).highestRole.map { "\"\($0.rawValue)\"" } ?? "null"
        out += Array(",\"role\":\(role),\"grants\":[".utf8)
        for (index, grant) in grants.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += Array("{\"role\":\"\(grant.role.rawValue)\",\"site\":".utf8)
            if let site = grant.site { JSONText.append(site, to: &out) } else { out += Array("null".utf8) }
            out += Array(",\"camera\":".utf8)
            if let camera = grant.camera { JSONText.append(camera, to: &out) } else { out += Array("null".utf8) }
            out += Array(",\"video\":\(grant.video),\"faces\":\(grant.faces)}".utf8)
        }
        return out + Array("]}".utf8)
    }
}
