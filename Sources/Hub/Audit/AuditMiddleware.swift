import Base
private import HTTPTypes
package import Hummingbird

/// Notes what accounts change and what footage they see, on every route by itself: a new one cannot be forgotten.
package struct AuditMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    let audit: AuditLog
    let clock: any WallClock

    /// What footage was asked for.
    private static let spans = ["from", "to", "cameras", "camera"]
    private static let longestDetail = 200

    package func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard let session = context.session, let path = context.endpointPath, let rule = RouteRules.rule(request.method, path),
            Self.isNoted(request.method, path, rule)
        else { return try await next(request, context) }
        var entry = AuditEntry(
            at: clock.now, account: session.account, address: context.address, action: "\(request.method.rawValue) \(path)",
            object: Self.object(path, context))
        do {
            let response = try await next(request, context)
            guard response.status.code < 400 else { return response }
            if Self.isChange(request.method) {
                await audit.add(entry)
            } else if !Self.isTold(rule, response) {
                let query = QueryParameters(request.uri.query)
                entry.detail = String(
                    Self.spans.compactMap { name in query.first(name).map { "\(name) \($0)" } }.joined(separator: ", ")
                        .filter { !$0.isNewline && $0 != "\0" }.prefix(Self.longestDetail))
                await audit.addViewing(entry, by: session.tokenHash)
            }
            return response
        } catch {
            let problem = Problem(error)
            if problem.status == .forbidden {
                entry.isRefused = true
                entry.detail = problem.title
                await audit.add(entry)
            }
            throw error
        }
    }

    static func isChange(_ method: HTTPRequest.Method) -> Bool { ![.get, .head, .options].contains(method) }

    /// Whether an answer about footage shows nothing of it.
    private static func isTold(_ rule: RouteRule, _ response: Response) -> Bool {
        guard case .rights(let rights, _) = rule.caller, rights.contains(.watch) else { return false }
        return response.headers[.contentType]?.hasPrefix("application/json") ?? false
    }

    /// Of live video that comes in files the list is noted, and not each of them.
    private static let parts = "/api/v1/cameras/{id}/live/{part}"
    private static let live = "/api/v1/live"

    /// Changes, live and recorded video, and what is taken away of a person.
    static func isNoted(_ method: HTTPRequest.Method, _ path: String, _ rule: RouteRule) -> Bool {
        if path == parts { return false }
        switch rule.caller {
        case .everybody, .machine: return false
        case .account: return isChange(method)
        case .rights(let rights, let object):
            if isChange(method) { return true }
            // A list tells what there is and shows nothing of it.
            if case .anything = object { return path == live }
            return method == .get && (rights.contains(.watch) || rights.contains(.operate) && rights.contains(.identify))
        }
    }

    /// The parameters of the path, in its order.
    private static func object(_ path: String, _ context: WebContext) -> String {
        path.split(separator: "/").compactMap { part -> String? in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return nil }
            return context.parameters.get(String(part.dropFirst().dropLast()))
        }.joined(separator: " ").filter { $0 != "\0" }
    }
}
