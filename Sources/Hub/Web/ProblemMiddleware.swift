package import Hummingbird
import Logging

/// Turns whatever a route throws into a problem document, or into a page where a person asked for one, and logs what is our own fault.
package struct ProblemMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    let pages: Pages

    package func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Problem(error)
            if problem.status == .internalServerError {
                context.logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
            let response = Self.isPage(request) ? try pages.problem(problem) : problem.response()
            // A body after a head that announces none would be taken for the next answer.
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    /// Whether a person looks at the answer.
    static func isPage(_ request: Request) -> Bool {
        let path = request.uri.path
        return !path.hasPrefix("/api/") && path != "/events/stream" && (request.headers[.accept] ?? "").contains("text/html")
    }
}
