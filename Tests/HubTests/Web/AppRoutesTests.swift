import Foundation
import HTTPTypes
import Hub
import Hummingbird
import HummingbirdTesting
import Testing

/// What makes the pages an app: what is installed, what is kept, and what of it goes with the session.
@Suite struct AppRoutesTests {
    private struct Manifest: Decodable {
        struct Icon: Decodable {
            var src: String
            var sizes: String
            var type: String
            var purpose: String
        }

        var name: String
        var startUrl: String
        var scope: String
        var display: String
        var themeColor: String
        var backgroundColor: String
        var icons: [Icon]
    }

    private static func text(_ client: any TestClientProtocol, _ path: String) async throws -> String {
        try await client.execute(uri: path, method: .get) { response in
            #expect(response.status == .ok, "\(path)")
            return String(buffer: response.body)
        }
    }

    private static func manifest(_ client: any TestClientProtocol) async throws -> Manifest {
        let json = try await text(client, "/manifest.webmanifest")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Manifest.self, from: Data(json.utf8))
    }

    /// What the worker keeps, as the hub wrote it above its source.
    private static func shell(_ worker: String) throws -> [String] {
        let line = try #require(worker.split(separator: "\n").first { $0.hasPrefix("const SHELL = ") })
        return try JSONDecoder().decode([String].self, from: Data(line.dropFirst("const SHELL = ".count).dropLast().utf8))
    }

    /// A colour of the style sheet in sRGB (CSS Color 4, section 10).
    private static func hex(lightness: Double, chroma: Double, hue: Double) -> String {
        let (a, b) = (chroma * cos(hue * .pi / 180), chroma * sin(hue * .pi / 180))
        let long = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
        let medium = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
        let short = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
        let linear: [Double] = [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ]
        let parts = linear.map { value -> String in
            let shown: Double = value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
            return String(format: "%02x", Int((255 * min(max(shown, 0), 1)).rounded()))
        }
        return "#" + parts.joined()
    }

    @Test func `The manifest is of the whole hub, and its icons are there in their sizes`() async throws {
        let fixture = try await WebFixture()
        try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
            try await client.execute(uri: "/manifest.webmanifest", method: .get) {
                #expect($0.headers[.contentType] == "application/manifest+json")
                #expect($0.headers[.contentSecurityPolicy]?.contains("manifest-src 'self'") == true)
            }
            let manifest = try await Self.manifest(client)
            #expect(manifest.name == "Vigilar" && manifest.startUrl == "/" && manifest.scope == "/" && manifest.display == "standalone")
            #expect(Set(manifest.icons.map(\.purpose)) == ["any", "maskable"])
            #expect(Set(manifest.icons.map(\.sizes)) == ["any", "192x192", "512x512"])
            for icon in manifest.icons {
                try await client.execute(uri: icon.src, method: .get) { response in
                    #expect(response.status == .ok)
                    #expect(response.headers[.contentType] == icon.type)
                    #expect(response.headers[.cacheControl]?.contains("immutable") == true)
                    let bytes = Array(response.body.readableBytesView)
                    #expect(bytes.count < 6144, "\(icon.src)")
                    guard icon.type == "image/png" else { return }
                    // Width and height are the first of its header (PNG, section 11.2.1).
                    let size = [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
                    #expect(size.map { String($0) }.joined(separator: "x") == icon.sizes)
                }
            }
            #expect(try await Self.text(client, "/sign-in").contains("<link rel=\"manifest\" href=\"/manifest.webmanifest\">"))
        }
    }

    @Test func `The frame of the app has the colours of the pages, in both themes`() async throws {
        let fixture = try await WebFixture()
        try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
            let page = try await Self.text(client, "/sign-in")
            let css = try await Self.text(client, Assets().address("app.css"))
            let grounds = css.matches(of: /--ground: oklch\(([0-9.]+)% ([0-9.]+) ([0-9.]+)\)/).map { match in
                Self.hex(
                    lightness: (Double(match.output.1) ?? 0) / 100, chroma: Double(match.output.2) ?? 0, hue: Double(match.output.3) ?? 0)
            }
            try #require(grounds.count == 2)
            let manifest = try await Self.manifest(client)
            #expect(manifest.themeColor == grounds[0] && manifest.backgroundColor == grounds[0])
            for (theme, colour) in zip(["dark", "light"], grounds) {
                #expect(page.contains("<meta name=\"theme-color\" media=\"(prefers-color-scheme: \(theme))\" content=\"\(colour)\">"))
            }
        }
    }

    @Test func `The worker keeps assets that are there for good, and nothing of what cameras saw`() async throws {
        let fixture = try await WebFixture()
        let worker = try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> String in
            try await client.execute(uri: "/service-worker.js", method: .get) {
                #expect($0.headers[.contentType] == "text/javascript; charset=utf-8")
                #expect($0.headers[.cacheControl] == "no-cache")
                #expect($0.headers[.contentSecurityPolicy]?.contains("worker-src 'self'") == true)
            }
            let worker = try await Self.text(client, "/service-worker.js")
            let shell = try Self.shell(worker)
            #expect(shell.count > 30 && Set(shell).count == shell.count)
            let assets = Assets()
            for name in ["app.css", "icons.svg", "page.js", "offline.js", "events.js"] { #expect(shell.contains(assets.address(name))) }
            for path in shell {
                let isAsset = path.wholeMatch(of: /\/assets\/[a-z-]+-[0-9a-f]{12}\.(?:css|js|svg)/) != nil
                #expect(isAsset, "\(path)")
                try await client.execute(uri: path, method: .get) {
                    #expect($0.status == .ok, "\(path)")
                    #expect($0.headers[.cacheControl]?.contains("immutable") == true)
                }
            }
            // The one page that it keeps.
            let offline = try await Self.text(client, "/offline")
            for asset in offline.matches(of: /\/assets\/[a-z0-9.-]+\.(?:css|js|svg)/) { #expect(shell.contains(String(asset.output))) }
            return worker
        }
        // All replicas have the same one: otherwise it was made anew with each page.
        let other = try await WebFixture()
        let same = try await other.app.test(.router) { (client: any TestClientProtocol) async throws -> String in
            try await Self.text(client, "/service-worker.js")
        }
        #expect(same == worker)
    }

    @Test func `The page for when the hub cannot be reached knows of nobody`() async throws {
        let fixture = try await WebFixture()
        let headers: HTTPFields = [.cookie: try await fixture.cookie()]
        try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
            let page = try await Self.text(client, "/offline")
            #expect(page.contains("The hub cannot be reached") && page.contains("Try now"))
            try await client.execute(uri: "/offline", method: .get, headers: headers) {
                #expect(String(buffer: $0.body) == page)
                #expect($0.headers[.setCookie] == nil)
            }
        }
    }

    @Test(arguments: [true, false]) func `Whoever signs out over TLS leaves no picture in the browser`(_ isSecure: Bool) async throws {
        let fixture = try await WebFixture()
        let clear = try #require(HTTPField.Name("Clear-Site-Data"))
        let wanted: String? = isSecure ? "\"cache\"" : nil
        var headers: HTTPFields = [.cookie: try await fixture.cookie()]
        headers[try #require(HTTPField.Name("Sec-Fetch-Site"))] = "same-origin"
        let sent = headers
        let router = WebRouter.build(fixture.dependencies, isSecure: isSecure)
        try await Application(router: router).test(.router) { (client: any TestClientProtocol) async throws -> Void in
            try await client.execute(uri: "/sign-in", method: .get) { #expect($0.headers[clear] == nil) }
            try await client.execute(uri: "/api/v1/session", method: .delete, headers: sent) {
                #expect($0.status == .noContent)
                #expect($0.headers[clear] == wanted)
            }
            // A browser that still shows the session that ended, wherever it was ended.
            try await client.execute(uri: "/sign-in", method: .get, headers: sent) {
                #expect($0.status == .ok)
                #expect($0.headers[clear] == wanted)
            }
        }
    }

    @Test func `All components are shown to whoever is signed in, and are in no bar`() async throws {
        let fixture = try await WebFixture()
        let headers: HTTPFields = [.cookie: try await fixture.cookie()]
        try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
            try await client.execute(uri: "/components", method: .get) { #expect($0.status == .unauthorized) }
            try await client.execute(uri: "/components", method: .get, headers: headers) { response in
                #expect(response.status == .ok)
                let page = String(buffer: response.body)
                #expect(!page.contains("href=\"/components\""))
                for kind in EventLabels.types {
                    #expect(page.contains(" data-type=\"\(kind.type)\""), "\(kind.type)")
                    #expect(page.contains("#\(kind.icon)\""), "\(kind.icon)")
                }
                for severity in ["info", "notice", "warning", "alarm", "critical"] {
                    #expect(page.contains("data-severity=\"\(severity)\""), "\(severity)")
                }
                for words in [
                    "<li class=\"live-tile\" data-camera=\"yard\" data-state=\"live\" data-active>", "<li class=\"recorded-day\"",
                    "<li class=\"node\" data-node=\"barn\" data-state=\"offline\">", "data-acknowledged", "data-ongoing",
                    "aria-invalid=\"true\"", "<dialog", "<table>", "<meter", "class=\"empty\"", "#arrange\"",
                ] { #expect(page.contains(words), "\(words)") }
            }
        }
    }
}
