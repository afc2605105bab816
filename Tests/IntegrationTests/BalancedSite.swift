import Base
import EdgeNode
import Fleet
import Foundation
import Protocol
import TestSupport

/// Two hub replicas, processes of their own on one PostgreSQL and one broker, behind a load balancer that they take turns at; and a node, a
/// process too, with a camera over RTSP, that has the balancer's address alone.
final class BalancedSite: Sendable {
    static let camera = "yard-cam"

    let site: FaultSite
    let node: SecureNode
    let balancer: FaultProxy
    private let cameras: RTSPServer
    private let cookie: String
    private let metricsPort: Int

    init() async throws {
        let programs = try FleetPrograms.besideThisProcess()
        var recipe = TestClips.Recipe()
        recipe.width = 640
        recipe.height = 360
        recipe.seconds = 8
        let cameras = try await RTSPServer([RTSPServer.Mount(path: "yard", file: try TestClips.shared.clip(recipe))])
        self.cameras = cameras
        let site = try await FaultSite(programs: programs, replicas: 2, isSecure: true)
        self.site = site
        try await site.startHubs()
        let edge = URL(filePath: programs.hub).deletingLastPathComponent().appending(path: "vigilar-edge").path
        metricsPort = try FreePort.find()
        node = try SecureNode(
            name: "yard", program: edge, folder: site.folder.path, source: cameras.url("yard"), metricsPort: metricsPort)
        let (address, invitation) = try await site.replicas[0].invite("yard")
        try await node.join(address: address, invitation: invitation)
        // They listen on one port, at addresses of their own.
        let targets = try node.identity().answer.hubs.compactMap { URLComponents(string: $0) }.map {
            FaultProxy.Target(host: $0.host ?? "", port: $0.port ?? 0)
        }
        guard targets.count == 2 else { throw FleetError("the node was told of \(targets)") }
        balancer = try FaultProxy(targets: targets)
        try node.goBy("https://127.0.0.1:\(balancer.port)")
        cookie = try await HubRequest.signIn(port: site.replicas[0].port, password: FaultSite.password)
        try node.start()
    }

    /// Waits until so many seconds since a time are recorded and both replicas know of them.
    func recorded(seconds: Double, since time: Timestamp) async throws {
        let span = "from=\(time.rfc3339)&to=\(time.advanced(bySeconds: 60).rfc3339)"
        for replica in site.replicas {
            try await eventually("\(seconds) s of recording at \(replica.name)") {
                let answer = await HubRequest.send(
                    "GET", "/api/v1/cameras/\(Self.camera)/video.json?\(span)", port: replica.port, headers: ["Cookie: \(cookie)"])
                guard let answer, answer.status == 200 else { return false }
                return (try JSONObject(Array(answer.body.utf8)).double("duration") ?? 0) > seconds + 1
            }
        }
    }

    /// Runs curl with the administrator's session, for a minute unless `--max-time` says otherwise.
    func curl(_ words: String...) async throws -> (status: Int32, output: String) {
        let child = try ChildProcess(
            executable: "/usr/bin/curl", arguments: ["-sS", "--max-time", "60", "-H", "Cookie: \(cookie)"] + words)
        return (await child.waitForExit(), child.output)
    }

    /// Uploads that a replica has passed on to the other, by what became of them.
    func relayed(_ outcome: String, at replica: HubReplica) async throws -> Double {
        await HubRequest.metric("vigilar_uploads_relayed_total{outcome=\"\(outcome)\"}", port: replica.port) ?? 0
    }

    /// Cameras of the node whose live pictures are on the way.
    func liveUploads() async throws -> Double? { await HubRequest.metric("vigilar_live_uploads", port: metricsPort) }

    func stop() async {
        await node.stop()
        balancer.stop()
        await site.stop()
        await cameras.stop()
    }
}
