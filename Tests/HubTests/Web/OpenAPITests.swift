import Foundation
import HTTPTypes
import Hub
import Hummingbird
import Synchronization
import Testing

@Suite struct OpenAPITests {
    /// Notes the routes that are added to it.
    final class Recorder: RouterMethods {
        typealias Context = WebContext
        let routes = Mutex<Set<String>>([])

        func on<Responder: HTTPResponder>(_ path: RouterPath, method: HTTPRequest.Method, responder: Responder) -> Self
        where Responder.Context == WebContext {
            let text = path.description.replacing(/:([a-z]+)/) { "{\($0.output.1)}" }
            routes.withLock { _ = $0.insert("\(method.rawValue) \(text)") }
            return self
        }

        func add(middleware: any MiddlewareProtocol<Request, Response, WebContext>) -> Self { self }
    }

    @Test("The document describes exactly the routes that there are")
    func complete() async throws {
        let fixture = try await WebFixture()
        let recorder = Recorder()
        WebRouter.addRoutes(fixture.dependencies, pages: Pages(assets: Assets()), to: recorder)
        let pages: Set = [
            "GET /", "GET /events", "GET /events/{id}", "GET /system", "GET /cameras/{id}", "GET /sign-in", "GET /welcome", "GET /visitors",
            "GET /pets", "GET /individuals/{id}",
            "GET /wildlife", "GET /recordings", "GET /account", "GET /audit", "GET /trust", "GET /kiosk", "GET /authority.crt",
            "GET /assets/{name}", "GET /manifest.webmanifest", "GET /service-worker.js", "GET /offline", "GET /components",
            "HEAD /healthz",
            "HEAD /readyz",
        ]
        let routes = recorder.routes.withLock { $0 }
        #expect(routes.isSuperset(of: pages))
        let object = try JSONSerialization.jsonObject(with: Data(OpenAPIRoute.document)) as? [String: Any]
        let paths = try #require(object?["paths"] as? [String: [String: Any]])
        let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
        #expect(described == routes.subtracting(pages))
        #expect(object?["openapi"] as? String == "3.1.0")
    }
}
