package import Hummingbird

/// `GET /api/v1/openapi.json`: the API's own description.
package struct OpenAPIRoute: Sendable {
    /// The OpenAPI 3.1 document.
    package static let document = PackageResources.openapi_json

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/openapi.json") { _, _ in Response(json: Self.document) }
    }
}
