package import Hummingbird

/// Finds the response in a task of its own, which the connection's task waits for and takes with it when it is cancelled.
///
/// A task keeps the memory of its deepest calls until it ends, and a connection's task lives as long as its event stream: the middleware
/// and the route alone would hold 10 KB for every open page. The other task's memory goes when the response is there. Not
/// generic, as values of unknown size would take room in the connection's task again, and not `async let`, whose task lies in there.
package struct ChildTaskResponder: HTTPResponder {
    private let inner: RouterResponder<WebContext>

    package init(_ inner: RouterResponder<WebContext>) { self.inner = inner }

    package func respond(to request: Request, context: WebContext) async throws -> Response {
        let task = Task { [inner] in try await inner.respond(to: request, context: context) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
