import Base
import Foundation
import HTTPTypes
import Hub
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import TestSupport
import Testing

/// The cameras' settings and the nodes' cameras in the API.
@Suite struct CameraRoutesTests {
    private static let source = "rtsp://eve:s3cret-pass@cam.example/stream?token=t0ken"
    private static let config = "/api/v1/cameras/a/config"

    /// An answer: its status, the kind of problem that it is, and its text.
    private struct Answer {
        var status: Int
        var kind: String?
        var text: String
    }

    /// Asks on behalf of somebody who is signed in.
    private struct Client {
        let inner: any TestClientProtocol
        let headers: HTTPFields

        func ask(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> Answer {
            try await inner.execute(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }) { response in
                let text = String(buffer: response.body)
                let kind = (try? JSONObject(Array(text.utf8)))?.string("type").map { String($0.dropFirst("/problems/".count)) }
                return Answer(status: response.status.code, kind: kind, text: text)
            }
        }
    }

    /// Two nodes that have joined, one that was only added, and the camera `a` of the first.
    private func withHub(_ body: @escaping @Sendable (WebFixture, Client) async throws -> Void) async throws {
        let fixture = try await WebFixture()
        for node in ["porch", "attic"] { try await fixture.join(node) }
        try await fixture.fleet.upsertNode(NodeRecord(name: "added", site: "home", addedAt: fixture.clock.now))
        _ = try await fixture.fleet.claimCameras(node: "porch", cameras: ["a"], at: fixture.clock.now)
        var headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
        let signedIn = headers
        try await fixture.app.test(.router) { try await body(fixture, Client(inner: $0, headers: signedIn)) }
    }

    private static func report(
        _ revision: Int64, _ state: CameraConfigReport.State, _ digest: String, faults: [CameraConfigReport.Fault] = []
    ) -> CameraConfigReport {
        CameraConfigReport(
            revision: revision, state: state, settings: Array(#"{"sensitivity":50}"#.utf8), digest: digest, faults: faults)
    }

    // MARK: Settings

    @Test func `The settings are told as both sides know them, and null for what nobody has said`() async throws {
        try await withHub { (fixture, client) async throws in
            let unknown = try await client.ask(.get, Self.config)
            #expect(unknown.status == 200)
            #expect(
                unknown.text == """
                    {"camera":"a","node":"porch","revision":0,"state":"unknown","settings":null,"node_settings":null,"digest":null,"errors":[],\
                    "changed_at":null,"changed_by":null,"reported_at":null}
                    """)
            let put = try await client.ask(.put, Self.config, " {\"sensitivity\" : 70, \"new\":[1,{}]} \n")
            #expect(put.status == 202)
            #expect(put.text == "{\"revision\":1}")
            let faults = [CameraConfigReport.Fault(key: "new", message: "is \"unknown\"")]
            _ = try await fixture.fleet.takeCameraReport(Self.report(1, .refused, "d1", faults: faults), of: "a", at: fixture.clock.now)
            let time = fixture.clock.now.rfc3339
            let refused = try await client.ask(.get, Self.config)
            #expect(
                refused.text == """
                    {"camera":"a","node":"porch","revision":1,"state":"refused","settings":{"sensitivity" : 70, "new":[1,{}]},\
                    "node_settings":{"sensitivity":50},"digest":"d1","errors":[{"key":"new","message":"is \\"unknown\\""}],\
                    "changed_at":"\(time)","changed_by":"admin","reported_at":"\(time)"}
                    """)
            // What was wrong about the settings before says nothing of those on their way.
            #expect(try await client.ask(.put, Self.config, "{}").text == "{\"revision\":2}")
            let waiting = try await client.ask(.get, Self.config)
            #expect(waiting.text.contains("\"state\":\"waiting\"") && waiting.text.contains("\"errors\":[]"), "\(waiting.text)")
        }
    }

    @Test func `What was changed on the node is looked at before it is replaced`() async throws {
        try await withHub { (fixture, client) async throws in
            func report(_ report: CameraConfigReport) async throws {
                _ = try await fixture.fleet.takeCameraReport(report, of: "a", at: fixture.clock.now)
            }
            try await report(Self.report(0, .own, "d/0 &"))
            #expect(try await client.ask(.put, Self.config + "?over=other", "{}").kind == "conflict")
            #expect(try await client.ask(.put, Self.config + "?over=d/0%20%26", "{}").status == 202)
            try await report(Self.report(1, .conflict, "d1"))
            let refused = try await client.ask(.put, Self.config, "{}")
            #expect(refused.status == 409)
            #expect(refused.kind == "conflict")
            #expect(refused.text.contains("?over="))
            #expect(try await client.ask(.put, Self.config + "?over=d0", "{}").status == 409)
            #expect(try await client.ask(.put, Self.config + "?over=d1", "{}").text == "{\"revision\":2}")
            #expect(try await fixture.fleet.cameraSettings("a")?.wanted?.base == "d1")
        }
    }

    @Test(arguments: [
        ("a", "[]", 400, "bad-body"), ("a", "", 400, "bad-body"), ("a", "{\"a\":1,\"a\":2}", 400, "bad-body"),
        ("a", "{\"a\":", 400, "bad-body"),
        ("a", "{\"a\":\(String(repeating: "[", count: 31))\(String(repeating: "]", count: 31))}", 400, "bad-body"),
        ("a", "{\"a\":\"\(String(repeating: "x", count: CameraConfig.limit))\"}", 413, "body-too-large"),
        ("nobodys", "{}", 404, "not-found"), ("A", "{}", 404, "not-found"),
    ])
    func `Settings that are none, or for no camera, are refused`(
        _ camera: String, _ body: String, _ status: Int, _ kind: String
    ) async throws {
        try await withHub { (fixture, client) async throws in
            let answer = try await client.ask(.put, "/api/v1/cameras/\(camera)/config", body)
            #expect(answer.status == status)
            #expect(answer.kind == kind)
            #expect(try await fixture.fleet.wantedCameraSettings() == [])
        }
    }

    @Test func `Settings up to their limit are taken`() async throws {
        try await withHub { (fixture, client) async throws in
            let body = "{\"a\":\"\(String(repeating: "\\n", count: (CameraConfig.limit - 8) / 2))\"}"
            #expect(body.utf8.count == CameraConfig.limit)
            #expect(try await client.ask(.put, Self.config, body).status == 202)
            #expect(try await fixture.fleet.cameraSettings("a")?.wanted?.settings == Array(body.utf8))
        }
    }

    @Test func `Nobody who is not signed in, and no other site, sees or changes anything`() async throws {
        try await withHub { (fixture, client) async throws in
            for (method, path) in [
                (HTTPRequest.Method.get, Self.config), (.put, Self.config), (.put, "/api/v1/nodes/porch/cameras/a"),
                (.delete, "/api/v1/nodes/porch/cameras/a"), (.get, "/cameras/a"),
            ] {
                let stranger = try await Client(inner: client.inner, headers: [:]).ask(method, path, "{}")
                #expect(stranger.status == 401, "\(method) \(path)")
                var headers = client.headers
                headers[HTTPField.Name("Sec-Fetch-Site")!] = "cross-site"
                let foreign = try await Client(inner: client.inner, headers: headers).ask(method, path, "{}")
                #expect(foreign.status == (method == .get ? 200 : 403), "\(method) \(path)")
            }
            #expect(fixture.node.orders.isEmpty)
            #expect(try await fixture.fleet.wantedCameraSettings() == [])
        }
    }

    @Test func `The page names the camera, its node and the last picture to draw on`() async throws {
        try await withHub { (fixture, client) async throws in
            let empty = try await client.ask(.get, "/cameras/a")
            #expect(empty.status == 200)
            #expect(empty.text.contains("data-camera=\"a\" data-node=\"porch\""))
            #expect(empty.text.contains("No picture yet"))
            #expect(!empty.text.contains("<img"))
            fixture.store.add(try fixture.event(1, camera: "a"), snapshot: 3)
            fixture.store.add(try fixture.event(2, seconds: 1, camera: "b"), snapshot: 3)
            fixture.store.add(try fixture.event(3, seconds: 2, camera: "a"))
            let page = try await client.ask(.get, "/cameras/a")
            let picture = "/api/v1/events/\(try fixture.event(1).id)/snapshot.jpg?rank=3"
            #expect(page.text.contains("<img src=\"\(picture)\""), "\(page.text)")
            #expect(!page.text.contains("No picture yet"))
            #expect(!page.text.contains("style="))
            for path in ["/cameras/nobodys", "/cameras/A"] { #expect(try await client.ask(.get, path).status == 404) }
            let system = try await client.ask(.get, "/system")
            #expect(system.text.contains("data-part=\"add-form\""))
        }
    }

    // MARK: Cameras of a node

    @Test func `A camera is added, changed and removed by its node, which alone can open the address`() async throws {
        try await withHub { (fixture, client) async throws in
            let path = "/api/v1/nodes/porch/cameras/new"
            #expect(try await client.ask(.put, path, "{\"name\":\"Hof\",\"source\":\"\(Self.source)\"}").status == 204)
            #expect(try await fixture.fleet.cameras().map { "\($0.id) \($0.node)" } == ["a porch", "new porch"])
            #expect(try await client.ask(.put, path, "{\"name\":\"Yard\"}").status == 204)
            #expect(try await client.ask(.put, Self.config.replacing("/a/", with: "/new/"), "{}").status == 202)
            #expect(try await client.ask(.delete, path).status == 204)
            #expect(try await fixture.fleet.cameras().map(\.id) == ["a"])
            #expect(try await fixture.fleet.wantedCameraSettings() == [])
            #expect(try await client.ask(.delete, path).status == 404)
            let orders = fixture.node.orders
            #expect(orders.map(\.node) == ["porch", "porch", "porch"])
            #expect(orders.map(\.change.camera) == ["new", "new", "new"])
            #expect(orders.map(\.change.action) == [.put, .put, .remove])
            #expect(orders.map(\.change.name) == ["Hof", "Yard", nil])
            #expect(orders.map(\.source) == [Self.source, nil, nil])
            // The clock has stood still all the while.
            let now = fixture.clock.now.microseconds
            #expect(orders.map(\.change.number) == [now, now + 1, now + 2])
        }
    }

    @Test func `A node that refuses or does not answer leaves a new camera nobody's, and one that it had its own`() async throws {
        try await withHub { (fixture, client) async throws in
            let body = "{\"source\":\"\(Self.source)\"}"
            for (manner, status, kind) in [
                (CommandedNode.Manner.refuses("source: it has 256 cameras already"), 502, "node-refused"), (.isAway, 504, "node-away"),
            ] {
                fixture.node.behave(manner)
                for camera in ["new", "a"] {
                    let answer = try await client.ask(.put, "/api/v1/nodes/porch/cameras/\(camera)", body)
                    #expect(answer.status == status)
                    #expect(answer.kind == kind)
                    #expect(status != 502 || answer.text.contains("it has 256 cameras already"), "\(answer.text)")
                    #expect(try await fixture.fleet.cameras().map(\.id) == ["a"])
                }
                let removal = try await client.ask(.delete, "/api/v1/nodes/porch/cameras/a")
                #expect(removal.status == status)
                #expect(removal.kind == kind)
                #expect(try await fixture.fleet.cameras().map(\.id) == ["a"])
            }
        }
    }

    @Test func `A camera that its node names by now stays its own though the answer was lost`() async throws {
        try await withHub { (fixture, client) async throws in
            fixture.node.behave(.isAway)
            var record = PresenceRecord(node: "porch", isOnline: true, since: fixture.clock.now, lastSeen: fixture.clock.now)
            record.state = NodeState(state: .online, cameras: [NodeCamera(id: "new", name: "new", online: true)])
            let lease = try #require(try await fixture.fleet.acquireLease("presence", holder: "test", seconds: 60))
            #expect(try await fixture.fleet.savePresence([record], lease))
            let body = "{\"source\":\"\(Self.source)\"}"
            #expect(try await client.ask(.put, "/api/v1/nodes/porch/cameras/new", body).status == 504)
            #expect(try await fixture.fleet.cameras().map(\.id) == ["a", "new"])
        }
    }

    @Test(arguments: [
        ("porch", "a", "{}", 400, "bad-body"), ("porch", "a", "[]", 400, "bad-body"), ("porch", "a", "{\"name\":1}", 400, "bad-body"),
        ("porch", "a", "{\"source\":\"/etc/shadow-s3cret-pass\"}", 400, "bad-body"),
        ("porch", "a", "{\"source\":\"file:///s3cret-pass\"}", 400, "bad-body"),
        ("porch", "a", "{\"source\":\"rtsp://eve:s3cret-pass@\"}", 400, "bad-body"),
        ("porch", "new", "{\"name\":\"Hof\"}", 400, "bad-body"),
        ("attic", "a", "{\"source\":\"rtsp://eve:s3cret-pass@cam\"}", 409, "foreign-camera"),
        ("added", "new", "{\"source\":\"rtsp://eve:s3cret-pass@cam\"}", 409, "not-joined"),
        ("nowhere", "new", "{\"source\":\"rtsp://eve:s3cret-pass@cam\"}", 404, "not-found"),
        ("porch", "New", "{\"source\":\"rtsp://eve:s3cret-pass@cam\"}", 404, "not-found"),
        ("hub", "new", "{\"source\":\"rtsp://eve:s3cret-pass@cam\"}", 404, "not-found"),
    ])
    func `A change that cannot be is refused before any node hears of it`(
        _ node: String, _ camera: String, _ body: String, _ status: Int, _ kind: String
    ) async throws {
        try await withHub { (fixture, client) async throws in
            let answer = try await client.ask(.put, "/api/v1/nodes/\(node)/cameras/\(camera)", body)
            #expect(answer.status == status)
            #expect(answer.kind == kind)
            #expect(!answer.text.contains("s3cret-pass"))
            #expect(fixture.node.orders.isEmpty)
            #expect(try await fixture.fleet.cameras().map(\.id) == ["a"])
        }
    }

    @Test(arguments: [("attic", "a", 409, "foreign-camera"), ("porch", "nobodys", 404, "not-found"), ("added", "a", 409, "not-joined")])
    func `Only the node's own camera is removed`(_ node: String, _ camera: String, _ status: Int, _ kind: String) async throws {
        try await withHub { (fixture, client) async throws in
            let answer = try await client.ask(.delete, "/api/v1/nodes/\(node)/cameras/\(camera)")
            #expect(answer.status == status)
            #expect(answer.kind == kind)
            #expect(fixture.node.orders.isEmpty)
        }
    }

    @Test func `The address is in no answer, no log and no file of the hub`() async throws {
        try await withHub { (fixture, client) async throws in
            let body = "{\"source\":\"\(Self.source)\"}"
            var seen = ""
            for (number, manner) in [CommandedNode.Manner.obeys, .quotes, .refuses("the password s3cret-pass is wrong"), .isAway]
                .enumerated()
            {
                fixture.node.behave(manner)
                seen += try await client.ask(.put, "/api/v1/nodes/porch/cameras/new-\(number)", body).text
            }
            fixture.node.behave(.obeys)
            seen += try await client.ask(.put, "/api/v1/nodes/attic/cameras/a", body).text
            seen += try await client.ask(.put, "/api/v1/nodes/porch/cameras/a", body + "}").text
            for path in ["/system", "/cameras/a", "/cameras/new-0", "/api/v1/nodes", Self.config, "/metrics"] {
                seen += try await client.ask(.get, path).text
            }
            #expect(fixture.node.orders.map(\.source) == Array(repeating: Self.source, count: 4))
            seen += fixture.log.text
            for name in try FileManager.default.subpathsOfDirectory(atPath: fixture.folder.path("")) {
                let data = FileManager.default.contents(atPath: fixture.folder.path(name)) ?? Data()
                seen += String(decoding: data, as: UTF8.self)
            }
            #expect(seen.contains("new-0"))
            for secret in ["s3cret-pass", "t0ken", "cam.example"] { #expect(!seen.contains(secret), "\(secret)") }
        }
    }
}
