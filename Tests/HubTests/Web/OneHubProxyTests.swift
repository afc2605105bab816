import Foundation
import TestSupport
import Testing
import Trust

@testable import Hub

/// Runs `deploy/nginx/one-hub.conf`, with other ports and files, before a hub.
@Suite("The example of a reverse proxy before one hub", .timeLimit(.minutes(10))) struct OneHubProxyTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Starts nginx with the example's configuration.
    private static func start(_ fixture: SecureWebFixture, port: Int) async throws -> ChildProcess {
        let (folder, files) = (fixture.base.folder, fixture.base.trust.files)
        var text = try String(contentsOf: root.appending(path: "deploy/nginx/one-hub.conf"), encoding: .utf8)
        for (from, to) in [
            ("pid /run/", "pid \(folder.path)/"), ("/var/log/nginx/error.log", folder.path("nginx.log")),
            ("server 127.0.0.1:8080", "server 127.0.0.1:\(fixture.plainPort)"), ("listen 443 ssl", "listen 127.0.0.1:\(port) ssl"),
            ("/etc/nginx/hub.example.org.pem", files.certificate.path), ("/etc/nginx/hub.example.org.key", files.key.path),
        ] {
            #expect(text.contains(from), "\(from)")
            text = text.replacing(from, with: to)
        }
        let file = folder.path("nginx.conf")
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        let check = try ChildProcess(executable: "/usr/sbin/nginx", arguments: ["-t", "-c", file])
        #expect(await check.waitForExit() == 0, "\(check.output)")
        let process = try ChildProcess(executable: "/usr/sbin/nginx", arguments: ["-c", file, "-g", "daemon off;"])
        try await eventually("nginx to listen: \(process.output)") { LoopbackSocket.canConnect(port: port) }
        return process
    }

    @Test("Browsers come over HTTP/2 by the hub's name, get Secure cookies and events as they happen, and wait alone when they guess")
    func works() async throws {
        let fixture = try await SecureWebFixture(trusting: TrustedProxies([try #require(AddressRange("127.0.0.1"))]))
        try await fixture.run {
            let port = try FreePort.find()
            let nginx = try await Self.start(fixture, port: port)
            // The certificate is for `localhost`; the name that is asked for is the example's. Whoever asks must not be where the proxy is.
            let address = "https://hub.example.org:\(port)"
            let curl = ["-sSk", "--interface", "127.0.0.2", "--resolve", "hub.example.org:\(port):127.0.0.1"]
            func ask(_ words: [String]) async throws -> String {
                let child = try ChildProcess(executable: "/usr/bin/curl", arguments: curl + words)
                _ = await child.waitForExit()
                return child.output.lowercased()
            }
            let body = "{\"name\":\"admin\",\"password\":\"\(WebFixture.password)\"}"
            let json = ["-i", "--http2", "-H", "Content-Type: application/json"]
            let signedIn = try await ask(json + ["-d", body, "\(address)/api/v1/session"])
            #expect(signedIn.hasPrefix("http/2 201"))
            #expect(signedIn.contains("; secure") && signedIn.contains("strict-transport-security: max-age=31536000"))
            #expect(try await ask(["-o", "/dev/null", "-w", "%{http_code}", "\(address)/metrics"]) == "404")
            for number in 1...6 {
                let guess = try await ask(
                    json + [
                        "-H", "X-Forwarded-For: 198.51.100.\(number)", "-d", "{\"name\":\"admin\",\"password\":\"wrong\"}",
                        "\(address)/api/v1/session",
                    ])
                #expect(guess.hasPrefix(number == 6 ? "http/2 429" : "http/2 401"))
            }
            let cookie = try #require(try await fixture.signedIn().first)
            let stream = try await ask(["-N", "--max-time", "3", "-H", cookie, "\(address)/events/stream"])
            #expect(stream.contains("event: connected"))
            await nginx.terminate(within: .seconds(5))
        }
    }
}
