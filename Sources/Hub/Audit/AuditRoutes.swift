private import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// `GET /api/v1/audit`: the audit log, newest first.
package struct AuditRoutes: Sendable {
    let audit: AuditLog

    private static let limits = 1...500
    private static let standard = 100

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/audit") { request, _ in try await list(QueryParameters(request.uri.query)) }
    }

    private func list(_ parameters: QueryParameters) async throws -> Response {
        let limit = try parameters.number("limit", in: Self.limits) ?? Self.standard
        var before: Int64?
        if let page = parameters.first("page") {
            guard let number = Int64(page), number > 0 else { throw Problem.parameter("page", "must be what next said") }
            before = number
        }
        let entries = try await audit.entries(of: parameters.first("account"), before: before, limit: limit)
        var out = Array("{\"items\":[".utf8)
        for (index, entry) in entries.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += Array("{\"at\":\"\(entry.at.rfc3339)\"".utf8)
            for (name, value) in [
                ("account", entry.account), ("address", entry.address), ("action", entry.action),
                ("words", AuditWords.words(entry.action, isRefused: entry.isRefused)), ("object", entry.object), ("detail", entry.detail),
            ] {
                out += Array(",\"\(name)\":".utf8)
                JSONText.append(value, to: &out)
            }
            out += Array(",\"is_refused\":\(entry.isRefused)}".utf8)
        }
        out += Array("],\"next\":".utf8)
        if entries.count == limit, let last = entries.last { out += Array("\"\(last.id)\"}".utf8) } else { out += Array("null}".utf8) }
        return Response(json: out)
    }
}
