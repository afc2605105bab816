private import HTTPTypes
package import Hummingbird
private import NIOCore

/// What makes the pages an app: the manifest by which it is installed, the service worker that keeps its shell, and the page for when the hub
/// cannot be reached.
package struct AppRoutes: Sendable {
    let pages: Pages

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/manifest.webmanifest") { _, _ in
            Self.response(AppManifest.text(pages.assets), "application/manifest+json")
        }
        // At the root: a worker is for what lies beside and below it.
        router.get("/service-worker.js") { _, _ in Self.response(try worker(), "text/javascript; charset=utf-8") }
        router.get("/offline") { _, _ in try pages.offline() }
    }

    /// The worker, with what it keeps and a name for all of that together: another version of anything is another worker.
    private func worker() throws(Problem) -> String {
        let shell = pages.assets.shell
        let page = try pages.offlineText()
        let version = Assets.hash(Array((shell.joined(separator: "\n") + page).utf8))
        let addresses = shell.map { "\"\($0)\"" }.joined(separator: ", ")
        let source = String(decoding: PackageResources.service_worker_js + PackageResources.notification_worker_js, as: UTF8.self)
        return "const VERSION = \"\(version)\";\nconst SHELL = [\(addresses)];\n" + source
    }

    /// A text that browsers ask for again each time.
    private static func response(_ text: String, _ contentType: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: contentType, .cacheControl: "no-cache"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
