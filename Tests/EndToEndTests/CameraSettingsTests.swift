import Base
import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// Settings from the hub's API to a node's file and its running camera, over the hub's own broker, with everything as the programs have it.
@Suite("Settings on their way", .serialized, .timeLimit(.minutes(10)), .pairs)
struct CameraSettingsTests {
    private static let password = "correct horse battery"

    private static func file(_ hub: RunningHub, _ cameras: String) throws {
        try PrivateFile.write("# mine\ndata = \"\(hub.data("porch"))\"\n\(cameras)", to: URL(filePath: hub.edgeFile))
    }

    private static func text(_ hub: RunningHub) throws -> String { try String(contentsOfFile: hub.edgeFile, encoding: .utf8) }

    private func settle(_ web: WebClient, _ camera: String, _ what: String, _ isSo: ([String: Any]) -> Bool) async throws -> [String: Any] {
        var last: [String: Any] = [:]
        try await eventually("the settings of \(camera) to be \(what)") {
            last = try await web.ask("GET", "/api/v1/cameras/\(camera)/config").body
            return isSo(last)
        }
        return last
    }

    @Test("A setting is in force on the running node a moment later, and a change by hand meanwhile is shown and not overwritten")
    func settings() async throws {
        let hub = try await RunningHub(password: Self.password)
        let identity = try await hub.join("porch")
        let source = "rtsp://127.0.0.1:\(try FreePort.find())/off"
        try Self.file(hub, "[[camera]]\nid = \"yard\"  # behind the house\nsource = \"\(source)\"\n")
        let web = try await WebClient(hub, password: Self.password)
        #expect(try await web.ask("GET", "/api/v1/cameras/yard/config").status == 404)

        try await hub.withNode(identity) { node in
            let own = try await settle(web, "yard", "known") { $0["state"] as? String == "own" }
            #expect((own["node_settings"] as? [String: Any])?["sensitivity"] as? Int == 50)
            let answer = try await web.ask("PUT", "/api/v1/cameras/yard/config", ["sensitivity": 70, "name": "Yard"])
            #expect(answer.status == 202 && answer.body["revision"] as? Int == 1)
            let applied = try await settle(web, "yard", "applied") { $0["state"] as? String == "applied" }
            #expect(applied["revision"] as? Int == 1)
            let unit = try #require(await node.cameras.unit("yard"))
            #expect(unit.settings.motion.sensitivity == 70 && unit.settings.name == "Yard")
            #expect(try Self.text(hub).contains("id = \"yard\"  # behind the house\n"))

            #expect(try await web.ask("PUT", "/api/v1/cameras/yard/config", ["sensitivity": 0, "sensitivty": 1]).status == 202)
            let refused = try await settle(web, "yard", "refused") { $0["state"] as? String == "refused" }
            #expect(Set((refused["errors"] as? [[String: String]] ?? []).compactMap { $0["key"] }) == ["sensitivity", "sensitivty"])
            #expect(unit.settings.motion.sensitivity == 70)
        }

        // While the node is away somebody edits its file, and somebody else its settings at the hub.
        try PrivateFile.write(Self.text(hub).replacing("sensitivity = 70", with: "sensitivity = 33"), to: URL(filePath: hub.edgeFile))
        #expect(try await web.ask("PUT", "/api/v1/cameras/yard/config", ["sensitivity": 90, "name": "Yard"]).status == 202)
        try await hub.withNode(identity) { node in
            let conflict = try await settle(web, "yard", "in conflict") { $0["state"] as? String == "conflict" }
            #expect((conflict["node_settings"] as? [String: Any])?["sensitivity"] as? Int == 33)
            #expect(await node.cameras.unit("yard")?.settings.motion.sensitivity == 33)
            #expect(try await web.ask("PUT", "/api/v1/cameras/yard/config", ["sensitivity": 91]).status == 409)
            let digest = try #require(conflict["digest"] as? String)
            #expect(try await web.ask("PUT", "/api/v1/cameras/yard/config?over=\(digest)", ["sensitivity": 92]).status == 202)
            _ = try await settle(web, "yard", "applied") { $0["state"] as? String == "applied" }
            #expect(await node.cameras.unit("yard")?.settings.motion.sensitivity == 92)
            #expect(try Self.text(hub).contains("sensitivity = 92"))
        }
        try await hub.stop()
    }

    @Test("A node joins with no camera, is given one by the hub whose events arrive, and loses it again; its address is told to nobody")
    func cameras() async throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 8
        let server = try await RTSPServer([RTSPServer.Mount(path: "yard", file: TestClips.shared.clip(recipe))])
        let hub = try await RunningHub(password: Self.password)
        let identity = try await hub.join("porch")
        try Self.file(hub, "")
        let web = try await WebClient(hub, password: Self.password)
        try await hub.withNode(identity) { node in
            let path = "/api/v1/nodes/porch/cameras/yard"
            let refused = try await web.ask("PUT", path, ["source": "/etc/passwd"])
            #expect(refused.status == 400 && !"\(refused.body)".contains("passwd"))
            try await eventually("the node to take the camera") {
                try await web.ask("PUT", path, ["source": server.url("yard"), "name": "Yard"]).status == 204
            }
            #expect(try Self.text(hub).hasPrefix("# mine\n") && Self.text(hub).contains(server.url("yard")))
            try await eventually("its picture") {
                let nodes = try await web.ask("GET", "/api/v1/nodes/porch").body["cameras"] as? [[String: Any]]
                return nodes?.first?["state"] as? String == "online" && nodes?.first?["name"] as? String == "Yard"
            }
            try await eventually("an event of it", timeout: .seconds(120)) {
                let items = try await web.ask("GET", "/api/v1/events?camera=yard&type=motion").body["items"] as? [Any]
                return items?.isEmpty == false
            }
            let config = try await settle(web, "yard", "known") { $0["state"] as? String == "own" }
            #expect(!"\(config)".contains("rtsp"))
            #expect(try await web.ask("PUT", "/api/v1/cameras/yard/config", ["snapshots": false]).status == 202)
            _ = try await settle(web, "yard", "applied") { $0["state"] as? String == "applied" }

            #expect(try await web.ask("DELETE", path).status == 204)
            #expect(await node.cameras.units.isEmpty)
            #expect(try await web.ask("GET", "/api/v1/cameras/yard/config").status == 404)
            #expect(try !Self.text(hub).contains("camera"))
            #expect(try await web.ask("DELETE", path).status == 404)
        }
        try await hub.stop()
        await server.stop()
    }
}
