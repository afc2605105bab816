package import Hummingbird

/// Keeps those out who may not see faces and names, of routes that show nothing else.
package struct IdentifyingMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    package func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard context.mayIdentify else { throw Problem.mayNotIdentify }
        return try await next(request, context)
    }
}
