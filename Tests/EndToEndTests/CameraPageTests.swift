import Base
import EdgeNode
import Foundation
import Hub
import Logging
import Protocol
import ServiceLifecycle
import TestSupport
import Testing
import Trust

/// The page of a camera in Chromium, over a hub as the program composes it, and a node that the test plays.
@Suite("The page of a camera", .serialized, .pairs)
struct CameraPageTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var phoneWidth: Int
        var values: [String]
        var sent: String
        var fault: String
        var rows: [[String]]
        var edited: String
        var limitFault: String
        var limitsWithoutZone: Int
        var limitsWithZone: Int
        var limitZones: [String]
        var sourceLeft: String
    }

    private static let source = "rtsp://eve:s3cret-pass@cam.example/stream"

    /// The settings that somebody writes into the file on the node, for each time that the page asks for it.
    private static let byHand = [
        #"{"name":"Yard","sensitivity":33,"minimum_area":0.004,"zones":[{"name":"gate","polygon":[[0,0],[1,0],[1,1]]}],"masks":[]}"#,
        #"{"name":"By hand","sensitivity":34,"minimum_area":0.004,"zones":[],"masks":[],"later":[1]}"#,
    ]

    @Test("shows, changes, compares and decides a camera's settings, and adds and removes cameras", .timeLimit(.minutes(10)))
    func browser() async throws {
        let folder = try TemporaryDirectory("camera-page")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let configuration = try HubConfiguration.load(
            path: nil, environment: [:],
            overrides: [
                "data": folder.path("hub"), "listen": "127.0.0.1:0", "tls_listen": "127.0.0.1:0", "broker_listen": "127.0.0.1:0",
                "replica": "test",
            ])
        let hub = try await HubComposition.build(configuration, administratorPassword: Installation.password, logger: logger)
        let group = ServiceGroup(services: hub.services, logger: logger)
        let running = Task { try await group.run() }
        try await eventually("the web server to listen") { hub.web.ports.secure != nil && hub.web.ports.plain != nil }
        let line = try await hub.enrolment.invite(node: "porch", site: "home").split(separator: " ").map { String($0) }
        let identity = try await Joining.join(address: line[2], invitation: line[3], dataFolder: folder.path("node"))
        let first =
            #"{"name":"Yard","snapshots":true,"sensitivity":50,"minimum_area":0.0025,"gate":true,"zones":[],"masks":[],"later":[1]}"#
        let node = PlayedNode(identity, brokerPort: hub.broker?.port ?? 0, cameras: ["yard-cam": first])
        try await node.run {
            try await eventually("the camera to be the node's") { try await hub.store.cameraSettings("yard-cam")?.report != nil }
            try await Self.addPicture(hub, identity, folder)
            let seen = try await Self.look("http://127.0.0.1:\(hub.web.ports.plain ?? 0)", folder, node)
            #expect(seen.console == [])
            #expect(seen.foreign == [])
            #expect(seen.phoneWidth <= 390)
            #expect(seen.values == ["Yard", "50", "0.25", ""])
            let sent = try JSONObject(Array(seen.sent.utf8))
            #expect(sent.integer("sensitivity") == 80)
            #expect(sent.string("recording") == "event" && sent.integer("preroll") == 15 && sent.raw("postroll") == nil)
            #expect(sent.raw("minimum_area").map { String(decoding: $0, as: UTF8.self) } == "0.0025")
            #expect(sent.raw("later").map { String(decoding: $0, as: UTF8.self) } == "[1]")
            func text(_ object: JSONObject, _ key: String) -> String? {
                object.raw(key).map { String(decoding: $0, as: UTF8.self).replacing(": ", with: ":").replacing(", ", with: ",") }
            }
            let zone = try JSONObject(Array(sent.bytes[try #require(try sent.elements("zones")?.first)]))
            #expect(zone.string("name") == "driveway")
            #expect(text(zone, "kinds") == #"["person","vehicle"]"# && text(zone, "loitering") == "5")
            #expect(text(zone, "minimum_area") == "0.007" && zone.raw("inertia") == nil)
            #expect(text(sent, "faces") == "true")
            #expect(
                text(sent, "objects")
                    == #"{"pets":["cat","teddy bear"],"limits":[{"of":"person","zone":"driveway","minimum_score":0.7},{"of":"car","maximum_size":0.125}]}"#
            )
            let edited = try JSONObject(Array(seen.edited.utf8))
            #expect(text(edited, "objects") == #"{"limits":[{"of":"person","zone":"driveway","minimum_score":0.7}]}"#)
            #expect(try JSONObject(Array(edited.bytes[try #require(try edited.elements("zones")?.first)])).raw("kinds") == nil)
            #expect(seen.limitFault == "Limit 1: minimum_score the first limit is too strict")
            #expect(seen.limitsWithoutZone == 0 && seen.limitsWithZone == 1)
            #expect(seen.limitZones == ["driveway", "driveway-end"])
            #expect(try zone.elements("polygon")?.count == 4)
            #expect(try sent.elements("masks")?.count == 1)
            #expect(seen.fault.contains("brings bad luck"))
            #expect(seen.rows.contains(["Sensitivity", "33", "60"]), "\(seen.rows)")
            #expect(seen.rows.contains { $0[0] == "Zones" && $0[1] == "gate: 3 corners" && $0[2] == "driveway: 4 corners" }, "\(seen.rows)")
            #expect(seen.edited != seen.sent)
            #expect(seen.sourceLeft == "")
            #expect(await node.settings(of: "yard-cam") == Self.byHand[1])
            #expect(await node.sources == [Self.source, Self.source])
            #expect(await node.ids == ["yard-cam"])
            #expect(try await hub.store.cameras().map(\.id) == ["yard-cam"])
        }
        await group.triggerGracefulShutdown()
        try await running.value
        await hub.store.close()
    }

    /// Runs the browser, and changes the node's settings by hand whenever it says so.
    private static func look(_ address: String, _ folder: TemporaryDirectory, _ node: PlayedNode) async throws -> Seen {
        let script = try BrowserScript("camera.py", address: address, screenshots: folder.path(""), folder.path("hand"), source)
        for (number, settings) in byHand.enumerated() {
            try await eventually("the page to be ready for a change by hand") {
                script.hasExited || FileManager.default.fileExists(atPath: folder.path("hand-\(number)"))
            }
            try await node.editByHand("yard-cam", settings)
        }
        return try await script.seen()
    }

    /// Stores an event with a picture, as the node would have sent it.
    private static func addPicture(_ hub: HubComposition, _ identity: NodeIdentity, _ folder: TemporaryDirectory) async throws {
        let file = folder.path("picture.jpg")
        let status = try await ChildProcess(
            executable: "ffmpeg",
            arguments: ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360", "-frames:v", "1", "-q:v", "8", file]
        ).waitForExit()
        try #require(status == 0)
        let jpeg = Array(try Data(contentsOf: URL(filePath: file)))
        let now = SystemClock().now
        let event = try Event(
            id: EventID(at: now), rev: 1, node: "porch", epoch: "e1", seq: 1, site: "home", sourceID: "yard-cam", type: "motion",
            severity: .notice, ts: now, endTS: now, payload: Array("{}".utf8))
        _ = try await hub.store.ingest([IngestBatch(node: "porch", epoch: "e1", events: [event], refused: [], receivedAt: now)])
        let key = try SealingPublicKey(text: identity.answer.sealingKey)
        let box = try SealedBox.seal(
            SnapshotWire.pack(thumbnail: jpeg, picture: jpeg), to: key,
            context: SnapshotWire.context(node: "porch", event: event.id, rank: 3))
        #expect(try await hub.store.putSnapshot(event.id, node: "porch", rank: 3, box: box, at: now) == .stored)
    }
}
