import Base
private import Foundation
private import HTTPTypes
package import Hummingbird
private import Synchronization

/// Notes what accounts change, what footage they see and what they are refused, on every route by itself: a new one cannot be forgotten.
package struct AuditMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    let audit: AuditLog
    let clock: any WallClock

    package func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard let session = context.session, let path = context.endpointPath, let rule = RouteRules.rule(request.method, path) else {
            return try await next(request, context)
        }
        // Made for what is written down alone: most requests are for pictures and lists.
        func entry(_ detail: String, isRefused: Bool = false) -> AuditEntry {
            let noted = path == Self.part ? Self.list : path
            // Whoever stands before a screen can read its cookie out: no words of theirs are written down.
            let isNamed = !isRefused || session.kind != .kiosk
            return AuditEntry(
                at: clock.now, account: session.account, address: context.address, action: "\(request.method.rawValue) \(noted)",
                object: isNamed ? Self.object(noted, context) : "", detail: detail, isRefused: isRefused)
        }
        do {
            let response = try await next(request, context)
            guard response.status.code < 400, Self.isNoted(request.method, path, rule) else { return response }
            if Self.isChange(request.method) {
                await audit.add(entry(context.auditNote.detail.withLock { $0 }))
            } else if !Self.isTold(rule, response) {
                let footage = session.kind == .kiosk ? "" : Self.footage(path, QueryParameters(request.uri.query))
                await audit.addOnce(entry(footage), of: session.tokenHash)
            }
            return response
        } catch {
            let problem = Problem(error)
            // Of many that are tried the first are lines: names in a path can be anything, and mostly nobody has looked whether they are there.
            if problem.status == .forbidden {
                await audit.addOnce(entry(problem.title, isRefused: true), of: session.tokenHash, isOfManyObjects: true)
            }
            if problem.isWithheld {
                // Whether it is there or somebody else's: what takes longer would tell.
                await audit.addOnce(
                    entry("Not there, or not for this account", isRefused: true), of: session.tokenHash, isOfManyObjects: true)
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

    /// Live video that comes in files: each of them is live video of the list that names it.
    private static let part = "/api/v1/cameras/{id}/live/{part}"
    private static let list = "/api/v1/cameras/{id}/live/index.m3u8"
    private static let live = "/api/v1/live"
    /// Tables of who or what was seen, with what they read beside a span and places.
    private static let tables: [String: [String]] = ["/api/v1/sightings.csv": ["kind", "individual"], "/api/v1/wildlife.csv": []]

    /// Changes, live and recorded video, tables, and what is taken away of a person.
    static func isNoted(_ method: HTTPRequest.Method, _ path: String, _ rule: RouteRule) -> Bool {
        switch rule.caller {
        case .everybody, .machine: return false
        case .account: return isChange(method)
        case .rights(let rights, let object):
            if isChange(method) || tables[path] != nil { return true }
            // A list tells what there is and shows nothing of it.
            if case .anything = object { return path == live }
            return method == .get && (rights.contains(.watch) || rights.contains(.operate) && rights.contains(.identify))
        }
    }

    /// What footage or table was asked for: of what the route reads, all, since what is left out could be what somebody wants to hide.
    private static func footage(_ path: String, _ query: QueryParameters) -> String {
        if path == live { return plain(query.all("cameras").joined(separator: ", ")) }
        let table = tables[path]
        var words = ((table ?? []) + ["from", "to"]).compactMap { name in query.first(name).map { "\(name) \($0)" } }
        if table != nil {
            words += ["site", "camera"].compactMap { name -> String? in
                let values = query.all(name)
                return values.isEmpty ? nil : "\(name) \(values.joined(separator: " "))"
            }
        }
        return plain(words.joined(separator: ", "))
    }

    /// The parameters of the path, in its order, as people write them.
    private static func object(_ path: String, _ context: WebContext) -> String {
        plain(
            path.split(separator: "/").compactMap { part -> String? in
                guard part.hasPrefix("{"), part.hasSuffix("}") else { return nil }
                return context.parameters.get(String(part.dropFirst().dropLast()))
            }.map { $0.removingPercentEncoding ?? $0 }.joined(separator: " "))
    }

    /// Code points of what is written down of a path or a query: more than names of things have.
    private static let longest = 1000

    /// One name is written in one way, no line looks like two, and nothing in it turns what stands beside it. What is too long is cut.
    static func plain(_ text: String) -> String {
        String(
            text.precomposedStringWithCanonicalMapping.unicodeScalars.prefix(longest).map { scalar -> Character in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: " "
                default: Character(scalar)
                }
            })
    }
}
