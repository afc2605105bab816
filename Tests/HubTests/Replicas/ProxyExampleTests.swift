import Foundation
import TestSupport
import Testing
import Trust

@testable import Hub

/// Runs `deploy/nginx/several-replicas.conf`, with other ports and files, before two replicas.
@Suite("The example of a reverse proxy") struct ProxyExampleTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// nginx with the example's configuration.
    private final class Proxy: Sendable {
        let nodes: Int
        let browsers: Int
        let process: ChildProcess

        init(_ site: RelaySite) async throws {
            (nodes, browsers) = (try FreePort.find(), try FreePort.find())
            let (folder, files) = (site.base.folder, site.base.trust.files)
            var text = try String(contentsOf: ProxyExampleTests.root.appending(path: "deploy/nginx/several-replicas.conf"), encoding: .utf8)
            for (from, to) in [
                ("pid /run/", "pid \(folder.path)/"), ("/var/log/nginx/error.log", folder.path("nginx.log")),
                ("10.0.0.5:8443", "127.0.0.1:\(site.asker.securePort)"), ("10.0.0.6:8443", "127.0.0.1:\(site.receiver.securePort)"),
                ("listen 8443", "listen 127.0.0.1:\(nodes)"), ("listen 443", "listen 127.0.0.1:\(browsers)"),
                ("/etc/nginx/hub.example.org.pem", files.certificate.path), ("/etc/nginx/hub.example.org.key", files.key.path),
                ("/etc/nginx/vigilar-authority.pem", files.authority.path), ("hub.example.org", "localhost"),
            ] {
                #expect(text.contains(from), "\(from)")
                text = text.replacing(from, with: to)
            }
            let file = folder.path("nginx.conf")
            try text.write(toFile: file, atomically: false, encoding: .utf8)
            let words = ["-c", file]
            let check = try ChildProcess(executable: "/usr/sbin/nginx", arguments: ["-t"] + words)
            #expect(await check.waitForExit() == 0, "\(check.output)")
            process = try ChildProcess(executable: "/usr/sbin/nginx", arguments: words + ["-g", "daemon off;"])
            let (process, ports) = (process, [nodes, browsers])
            try await eventually("nginx to listen: \(process.output)") { ports.allSatisfy { LoopbackSocket.canConnect(port: $0) } }
        }
    }

    @Test("nginx takes it; nodes come through it with their certificates, uploads to whichever replica, and people with their sessions")
    func works() async throws {
        let site = try await RelaySite()
        try await site.run { node in
            let proxy = try await Proxy(site)
            // Until an upload came to the one that has not asked. Each connection goes to the next, of each of nginx's processes.
            try await eventually("an upload by way of the other replica") {
                let connection = try await RawConnection.open(port: proxy.nodes, tls: site.asker.tls(node))
                #expect(try await connection.request("GET", "/api/v1/nodes/porch/identity")?.status == 200)
                let (ticket, pulling) = try await site.pull(4) { _ in }
                #expect(try await connection.request("PUT", "/api/v1/nodes/porch/uploads/\(ticket)", body: "text")?.status == 204)
                try await pulling.value
                await connection.close()
                return site.relayed("taken") > 0
            }
            let address = "https://localhost:\(proxy.browsers)"
            let curl = ["-sS", "--cacert", site.base.trust.files.authority.path, "--resolve", "localhost:\(proxy.browsers):127.0.0.1"]
            let hidden = try ChildProcess(
                executable: "/usr/bin/curl", arguments: curl + ["-o", "/dev/null", "-w", "%{http_code}", "\(address)/metrics"])
            #expect(await hidden.waitForExit() == 0)
            #expect(hidden.output == "404")
            // The accounts of the two are not shared here, so that one of two requests is let in.
            let cookie = try #require(try await site.asker.signedIn().first)
            try await eventually("an event stream") {
                let stream = try ChildProcess(
                    executable: "/usr/bin/curl", arguments: curl + ["-N", "--max-time", "3", "-H", cookie, "\(address)/events/stream"])
                _ = await stream.waitForExit()
                return stream.output.contains("event: connected")
            }
            await proxy.process.terminate(within: .seconds(5))
        }
    }
}
