import Base
import Fleet
import Foundation
import Protocol
import TestSupport
import Testing

extension InstallationTests {
    /// Two replicas behind a load balancer that gives each of them one connection after the other, and a node that knows the balancer alone:
    /// what one replica asks for comes to the other as often as not.
    @Suite("Replicas behind one address", .serialized)
    struct BalancedReplicasTests {
        @Test("a recording and live pictures play from each replica, whichever the node's uploads come to", .timeLimit(.minutes(10)))
        func plays() async throws {
            let site = try await BalancedSite()
            do {
                try await recordings(site)
                for replica in site.site.replicas { try await live(site, from: replica) }
                for replica in site.site.replicas {
                    #expect(await HubRequest.metric("vigilar_relays_refused_total", port: replica.port) == 0)
                }
            } catch {
                for replica in site.site.replicas { print("\(replica.name): \(replica.output.suffix(3000))") }
                print("the node: \(site.node.output.suffix(3000))")
                await site.stop()
                throw error
            }
            await site.stop()
        }

        /// The same span is the same file at both, again and again, until uploads for each of them have come to the other.
        private func recordings(_ site: BalancedSite) async throws {
            var round = 0
            try await eventually("recordings that both replicas have passed on", timeout: .seconds(240)) {
                round += 1
                // The node keeps a connection that has served, and with it the replica that it goes to.
                site.balancer.cutOnce()
                let from = SystemClock().now
                try await site.recorded(seconds: 4, since: from)
                let span = "from=\(from.rfc3339)&to=\(from.advanced(bySeconds: 4).rfc3339)"
                var files: [Data] = []
                for replica in site.site.replicas {
                    let file = site.site.folder.path("\(replica.name)-\(round).mp4")
                    let path = "/api/v1/cameras/\(BalancedSite.camera)/video.mp4?\(span)"
                    let (status, output) = try await site.curl("-f", "-o", file, "http://127.0.0.1:\(replica.port)\(path)")
                    #expect(status == 0, "\(replica.name): \(output)")
                    try TestClips.run(["-xerror", "-i", file, "-f", "null", "-"])
                    files.append(try Data(contentsOf: URL(filePath: file)))
                }
                #expect(files[0] == files[1] && files[0].count > 10_000)
                // What was passed on whole was answered with the other's word.
                for replica in site.site.replicas where try await site.relayed("taken", at: replica) == 0 { return false }
                return true
            }
        }

        /// Watched until it has come by way of the other replica; and the node stops when nobody watches any more.
        private func live(_ site: BalancedSite, from replica: HubReplica) async throws {
            let others = site.site.replicas.filter { $0.name != replica.name }
            let before = try await site.relayed("ended", at: others[0])
            var round = 0
            try await eventually("live pictures by way of the other replica", timeout: .seconds(240)) {
                round += 1
                let file = site.site.folder.path("live-\(replica.name)-\(round).mp4")
                _ = try await site.curl(
                    "--max-time", "5", "-o", file, "http://127.0.0.1:\(replica.port)/api/v1/cameras/\(BalancedSite.camera)/live.mp4")
                // Cut in the middle of a picture; all before it is sound.
                let packets = try MediaTool.run("ffprobe", ["-show_entries", "packet=flags", "-of", "csv=p=0", file]).output
                #expect(packets.split(separator: UInt8(ascii: "\n")).count > 25, "\(replica.name), round \(round)")
                #expect(packets.first == UInt8(ascii: "K"))
                try await eventually("nobody to be sent anything", timeout: .seconds(60)) { try await site.liveUploads() == 0 }
                return try await site.relayed("ended", at: others[0]) > before
            }
        }
    }
}
