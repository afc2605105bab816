import Base
import Foundation
import Media
import Protocol
import Settings
import TestSupport
import Testing
import Trust
import Vision

@testable import EdgeNode

@Suite("Settings from the hub", .timeLimit(.minutes(10)))
struct CameraConfiguratorTests {
    private func values(_ report: CameraConfigReport?) throws -> [String: SettingsValue] {
        try SettingsValue.table(JSONObject(try #require(report).settings))
    }

    @Test("are in force at once, written among the comments, and reported with their revision")
    func applies() async throws {
        let node = try await ConfiguratorFixture()
        let configurator = node.configurator()
        let first = try #require(await configurator.report("yard"))
        #expect(first.state == .own && first.revision == 0)
        #expect(try values(first)["sensitivity"] == .integer(40))

        let settings =
            #"{"name":"Garden","sensitivity":70,"minimum_area":0.01,"zones":[{"name":"gate","polygon":[[0,0],[1,0],[0,1]],"kinds":["person"],"loitering":3,"inertia":5}],"snapshots":false}"#
        let report = await configurator.take(config: try node.message(settings, revision: 1, base: first.digest), camera: "yard")
        #expect(report?.state == .applied && report?.revision == 1 && report?.faults == [])
        let unit = try #require(await node.cameras.unit("yard"))
        #expect(unit.settings.motion.sensitivity == 70 && unit.settings.motion.zones.map(\.name) == ["gate"] && !unit.settings.snapshots)
        #expect(unit.announcement.name == "Garden")
        let zone = try #require(unit.settings.motion.zones.first)
        #expect(zone.kinds == [.person] && zone.loitering == 3 && zone.inertia == 5)
        guard case .array(let reported)? = try values(report)["zones"], case .table(let values)? = reported.first else {
            Issue.record("no zone is reported")
            return
        }
        #expect(values["kinds"] == .array([.string("person")]) && values["loitering"] == .number(3) && values["inertia"] == .integer(5))
        let text = try node.text
        #expect(
            text.contains("# mine") && text.contains("id = \"yard\"   # behind the house") && text.contains("sensitivity = 70   # quiet"))
        let again = try EdgeConfiguration.load(path: node.folder.path("edge.toml"), environment: [:], joined: node.joined)
        #expect(again.cameras[0] == unit.settings)
        #expect(again.cameras[1].source.description == "rtsp://192.0.2.2/")
        // After a restart the node still knows that they are the hub's.
        let restarted = try #require(await node.configurator().report("yard"))
        #expect(restarted.state == .applied && restarted.revision == 1 && restarted.digest == report?.digest)
    }

    @Test("say what is looked for, with limits, and what stays away is the node's own again")
    func objects() async throws {
        let node = try await ConfiguratorFixture()
        let configurator = node.configurator()
        let first = try #require(await configurator.report("yard"))
        #expect(try values(first)["objects"] == nil)
        let objects =
            #"{"ignored":["bird","zebra"],"limits":[{"minimum_score":0.7,"of":"person","zone":"gate"},{"maximum_size":0.5,"minimum_aspect":1.5,"of":"car"}],"pets":["horse"]}"#
        let zones = #""zones":[{"name":"gate","polygon":[[0,0],[1,0],[0,1]]}]"#
        let report = await configurator.take(
            config: try node.message("{\(zones),\"objects\":\(objects)}", revision: 1, base: first.digest), camera: "yard")
        #expect(report?.state == .applied && report?.faults == [])
        let unit = try #require(await node.cameras.unit("yard"))
        #expect(unit.settings.objects.kinds == ["horse": .pet] && unit.settings.objects.ignored == ["bird", "zebra"])
        var (person, car) = (ObjectLimit("person", zone: "gate"), ObjectLimit("car"))
        person.minimumScore = 0.7
        car.maximumSize = 0.5
        car.minimumAspect = 1.5
        #expect(unit.settings.objects.limits == [person, car])
        #expect(try values(report)["objects"] == SettingsValue.table(JSONObject(Array("{\"objects\":\(objects)}".utf8)))["objects"])
        let again = try EdgeConfiguration.load(path: node.folder.path("edge.toml"), environment: [:], joined: node.joined)
        #expect(again.cameras[0] == unit.settings)
        #expect(try #require(await node.configurator().report("yard")).state == .applied)
        #expect(report?.digest != first.digest)

        let standard = await configurator.take(config: try node.message("{\(zones)}", revision: 2, base: report?.digest), camera: "yard")
        #expect(standard?.state == .applied)
        #expect(try #require(await node.cameras.unit("yard")).settings.objects == CameraObjects())
        #expect(try values(standard)["objects"] == nil)
    }

    @Test("that look for what the node cannot see, or limit a zone that is not there, are refused by the hub's keys")
    func wrongObjects() async throws {
        let node = try await ConfiguratorFixture()
        let base = try #require(await node.configurator().report("yard")).digest
        let settings =
            #"{"objects":{"pets":["cat","unicorn"],"ignored":["cat"],"limit":[],"limits":[{"of":"person","zone":"gate"},{"of":"unicorn","minimum_score":2},{"minimum_size":0.9,"maximum_size":0.1}]}}"#
        let report = await node.configurator().take(config: try node.message(settings, revision: 1, base: base), camera: "yard")
        #expect(report?.state == .refused)
        #expect(
            report?.faults.map(\.key).sorted() == [
                "objects.ignored", "objects.limit", "objects.limits[1].zone", "objects.limits[2].minimum_score", "objects.limits[2].of",
                "objects.limits[3].minimum_size", "objects.limits[3].of", "objects.pets",
            ])
        #expect(try node.text == ConfiguratorFixture.start)
    }

    @Test("are no change by hand only where somebody has changed what is looked for, which is kept until it has been seen")
    func objectsByHand() async throws {
        let node = try await ConfiguratorFixture()
        let first = try #require(await node.configurator().report("attic"))
        try node.edit { $0 + "\n[camera.objects]\nignored = [\"bird\"]\n" }
        // The hub knew the file without it.
        let report = await node.configurator().take(
            config: try node.message(#"{"sensitivity":60}"#, revision: 1, base: first.digest, camera: "attic"), camera: "attic")
        #expect(report?.state == .conflict)
        #expect(try #require(await node.cameras.unit("attic")).settings.objects.ignored == ["bird"])
        #expect(try node.text.contains("ignored = [\"bird\"]"))
        let unseen = await node.configurator().take(
            config: try node.message(#"{"sensitivity":60}"#, revision: 2, camera: "attic"), camera: "attic")
        #expect(unseen?.state == .conflict)
    }

    @Test("that are wrong change nothing, and each fault is named by its key")
    func refuses() async throws {
        let node = try await ConfiguratorFixture()
        let settings =
            #"{"sensitivity":0,"minimum_area":"x","sensitivty":3,"zones":[{"name":"A b","polygon":[[0,0]]}],"source":"file:/etc/passwd"}"#
        let base = try #require(await node.configurator().report("yard")).digest
        let report = try #require(
            await node.configurator().take(config: try node.message(settings, revision: 4, base: base), camera: "yard"))
        #expect(report.state == .refused && report.revision == 4)
        #expect(
            Set(report.faults.map(\.key)) == ["sensitivity", "minimum_area", "sensitivty", "zones[1].name", "zones[1].polygon", "source"])
        #expect(try values(report)["sensitivity"] == .integer(40))
        #expect(try node.text == ConfiguratorFixture.start)
        // The next revision is not held up by it.
        let next = await node.configurator().take(config: try node.message("{}", revision: 5, base: base), camera: "yard")
        #expect(next?.state == .applied)
        #expect(try node.text.contains("sensitivity") == false)
    }

    @Test("do not overwrite what somebody changed by hand, until somebody has seen it")
    func conflict() async throws {
        let node = try await ConfiguratorFixture()
        let configurator = node.configurator()
        let first = try #require(await configurator.report("yard"))
        _ = await configurator.take(config: try node.message(#"{"sensitivity":60}"#, revision: 1, base: first.digest), camera: "yard")
        try node.edit { $0.replacing("sensitivity = 60", with: "sensitivity = 61") }

        let sent = try node.message(#"{"sensitivity":80}"#, revision: 2, base: first.digest)
        let report = try #require(await configurator.take(config: sent, camera: "yard"))
        #expect(report.state == .conflict && report.revision == 2)
        #expect(try values(report)["sensitivity"] == .integer(61))
        #expect(try node.text.contains("sensitivity = 61"))
        // Again, as after a reconnection: still a conflict. The old revision again is no way around it either.
        #expect(await node.configurator().take(config: sent, camera: "yard")?.state == .conflict)
        let old = try node.message(#"{"sensitivity":60}"#, revision: 1, base: report.digest)
        #expect(await node.configurator().take(config: old, camera: "yard")?.state == .conflict)

        let decided = try node.message(#"{"sensitivity":80}"#, revision: 3, base: report.digest)
        #expect(await configurator.take(config: decided, camera: "yard")?.state == .applied)
        #expect(try node.text.contains("sensitivity = 80"))
    }

    @Test("that were changed by hand before the hub sent any are a conflict when the hub knew others, and none when they are the same")
    func firstConflict() async throws {
        let node = try await ConfiguratorFixture()
        let known = try #require(await node.configurator().report("yard"))
        try node.edit { $0.replacing("sensitivity = 40", with: "sensitivity = 41") }
        let sent = try node.message(#"{"sensitivity":80}"#, revision: 1, base: known.digest)
        #expect(await node.configurator().take(config: sent, camera: "yard")?.state == .conflict)
        let same = try node.message(#"{"sensitivity":41,"name":"Yard"}"#, revision: 2, base: known.digest)
        #expect(await node.configurator().take(config: same, camera: "yard")?.state == .applied)
    }

    @Test("whose file was not written yet when the node crashed are taken in again, and are no conflict")
    func crash() async throws {
        let node = try await ConfiguratorFixture()
        let first = try #require(await node.configurator().report("yard"))
        let sent = try node.message(#"{"sensitivity":60}"#, revision: 1, base: first.digest)
        let applied = try #require(await node.configurator().take(config: sent, camera: "yard"))
        // As it is between the two writes: the old file, and a memory of both.
        try node.edit { _ in ConfiguratorFixture.start }
        var memory = try SettingsMemory(folder: node.folder.path)
        try memory.note("yard", revision: 1, digests: [first.digest, applied.digest])
        let again = await node.configurator().take(config: sent, camera: "yard")
        #expect(again?.state == .applied)
        #expect(try node.text.contains("sensitivity = 60"))
        // With the memory of the new ones alone the old file would be somebody's own.
        try node.edit { _ in ConfiguratorFixture.start }
        #expect(await node.configurator().take(config: sent, camera: "yard")?.state == .conflict)
    }

    @Test("are believed only with the hub's signature, for this camera, and not when they are old")
    func signature() async throws {
        let node = try await ConfiguratorFixture()
        let configurator = node.configurator()
        let base = try #require(await configurator.report("yard")).digest
        _ = await configurator.take(config: try node.message(#"{"sensitivity":60}"#, revision: 5, base: base), camera: "yard")
        let settings = #"{"sensitivity":90}"#
        var messages = [
            try node.message(settings, revision: 6, key: SigningKey()), try node.message(settings, revision: 6, camera: "attic"),
            try node.message(settings, revision: 6, node: "other"), try node.message(settings, revision: 6, domain: SignedDomain.camera),
            [],
            Array("{}".utf8), [0xFF],
        ]
        var changed = try node.message(settings, revision: 6)
        let place = try #require(changed.firstIndex(of: UInt8(ascii: "9")))
        changed[place] = UInt8(ascii: "8")
        messages.append(changed)
        for message in messages { #expect(await configurator.take(config: message, camera: "yard") == nil) }
        #expect(node.metrics.value("vigilar_settings_total", labels: [("outcome", "refused")]) == 8)
        let old = await configurator.take(config: try node.message(settings, revision: 4), camera: "yard")
        #expect(old?.revision == 5 && old?.state == .applied)
        // Another set under the same number is of an earlier life of the camera.
        let other = await configurator.take(config: try node.message(settings, revision: 5, base: old?.digest), camera: "yard")
        #expect(other?.revision == 5 && other?.state == .applied)
        #expect(node.metrics.value("vigilar_settings_total", labels: [("outcome", "stale")]) == 2)
        #expect(await node.cameras.unit("yard")?.settings.motion.sensitivity == 60)
        #expect(await node.configurator(keys: false).take(config: try node.message(settings, revision: 9), camera: "yard") == nil)
    }

    @Test("of a file that cannot be read, or lost the camera, say so and change nothing", arguments: ["[[camera]\n", "node = \"porch\"\n"])
    func damagedFile(text: String) async throws {
        let node = try await ConfiguratorFixture()
        try node.edit { _ in text }
        let report = await node.configurator().take(config: try node.message("{}", revision: 1), camera: "yard")
        #expect(report?.state == .refused && report?.faults.isEmpty == false)
        #expect(try node.text == text)
    }

    @Test("of a hub that has seen nothing replace what nobody has chosen, and nothing else")
    func unseen() async throws {
        let node = try await ConfiguratorFixture()
        let sent = #"{"sensitivity":60}"#
        #expect(await node.configurator().take(config: try node.message(sent, revision: 1), camera: "yard")?.state == .conflict)
        #expect(
            await node.configurator().take(config: try node.message(sent, revision: 1, camera: "attic"), camera: "attic")?.state == .applied
        )
    }

    @Test("and cameras are refused while nothing can be known of those before", arguments: ["", "{", "[]"])
    func lostMemory(text: String) async throws {
        let node = try await ConfiguratorFixture()
        try PrivateFile.write(text, to: URL(filePath: node.folder.path("settings.json")))
        let report = await node.configurator().take(config: try node.message("{}", revision: 1, camera: "attic"), camera: "attic")
        #expect(report?.state == .refused && report?.faults.first?.message.contains("settings.json") == true)
        let reply = await node.configurator().change(try node.command(.remove, "attic", number: 1))
        #expect(reply.ok == false && reply.error?.contains("settings.json") == true)
        #expect(try node.text == ConfiguratorFixture.start)
    }

    @Test("are in force as the file says it after a conflict, and the verdict stays until others are applied")
    func verdict() async throws {
        let node = try await ConfiguratorFixture()
        let configurator = node.configurator()
        let first = try #require(await configurator.report("yard"))
        try node.edit { $0.replacing("sensitivity = 40", with: "sensitivity = 61") }
        let sent = try node.message(#"{"sensitivity":80}"#, revision: 1, base: first.digest)
        let verdict = await configurator.take(config: sent, camera: "yard")
        #expect(verdict?.state == .conflict)
        #expect(await node.cameras.unit("yard")?.settings.motion.sensitivity == 61)
        #expect(await configurator.report("yard") == verdict)
        let decided = try node.message(#"{"sensitivity":80}"#, revision: 2, base: verdict?.digest)
        #expect(await configurator.take(config: decided, camera: "yard")?.state == .applied)
        #expect(await configurator.report("yard")?.state == .applied)
    }

    /// Runs the cameras, none of which can be reached.
    private func withCameras(_ node: ConfiguratorFixture, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let cameras = node.cameras
            group.addTask { try await cameras.run() }
            try await body()
            group.cancelAll()
        }
    }

    @Test("add a camera with a sealed address, give it another one, and take it away")
    func cameras() async throws {
        let node = try await ConfiguratorFixture()
        let configurator = node.configurator()
        try await withCameras(node) {
            let secret = "rtsp://viewer:s3cret@127.0.0.1:9/one"
            let added = await configurator.change(try node.command(.put, "gate", number: 10, name: "Gate", source: secret))
            #expect(added == NodeReply(ok: true))
            #expect(try node.text.hasSuffix("\n[[camera]]\nid = \"gate\"\nname = \"Gate\"\nsource = \"\(secret)\"\n"))
            #expect(await node.cameras.units.map(\.id) == ["yard", "attic", "gate"])
            let first = try #require(await node.cameras.unit("gate"))

            #expect(await configurator.change(try node.command(.put, "gate", number: 11, name: "Garden gate")).ok)
            #expect(await node.cameras.unit("gate") === first && first.settings.name == "Garden gate")
            #expect(await configurator.change(try node.command(.put, "gate", number: 12, source: "rtsp://127.0.0.1:9/two")).ok)
            let second = try #require(await node.cameras.unit("gate"))
            #expect(second !== first && second.settings.source.description == "rtsp://127.0.0.1:9/two")
            #expect(second.settings.name == "Garden gate")

            // A name from the hub is no change by hand: settings after it are applied.
            let settings = try node.message(#"{"sensitivity":60,"name":"Garden gate"}"#, revision: 1, camera: "gate")
            #expect(await configurator.take(config: settings, camera: "gate")?.state == .applied)
            #expect(await configurator.change(try node.command(.put, "gate", number: 13, name: "Gate")).ok)
            let later = try node.message(#"{"sensitivity":61}"#, revision: 2, base: "of before", camera: "gate")
            #expect(await configurator.take(config: later, camera: "gate")?.state == .applied)
            // An address that somebody wrote into the file is read from the next word of the hub on.
            try node.edit { $0.replacing("rtsp://127.0.0.1:9/two", with: "rtsp://127.0.0.1:9/three") }
            #expect(await configurator.take(config: later, camera: "gate")?.state == .applied)
            #expect(await node.cameras.unit("gate")?.reader.configuration.source.description == "rtsp://127.0.0.1:9/three")

            #expect(await configurator.change(try node.command(.remove, "yard", number: 14)).ok)
            #expect(await node.cameras.units.map(\.id) == ["attic", "gate"])
            #expect(try !node.text.contains("yard") && node.text.contains("# mine"))
            let again = try EdgeConfiguration.load(path: node.folder.path("edge.toml"), environment: [:], joined: node.joined)
            #expect(again.cameras.map(\.id) == ["attic", "gate"])
        }
    }

    @Test("refuse paths, addresses that are sealed for something else, commands of other nodes and commands that come again")
    func refusesCameras() async throws {
        let node = try await ConfiguratorFixture()
        let configurator = node.configurator()
        try await withCameras(node) {
            let good = try node.command(.put, "gate", number: 10, source: "rtsp://127.0.0.1:9/one")
            #expect(await configurator.change(good).ok)
            #expect(await configurator.change(try node.command(.remove, "gate", number: 11)).ok)
            let before = try node.text
            #expect(await configurator.change(good).ok == false)
            // The hub learns from where on it is heard.
            #expect(await node.configurator().change(good).number == 11)
            for (number, source) in ["/etc/passwd", "file:/etc/passwd", "concat:a|b", "x", "", "rtsp://a b/\n"].enumerated() {
                let reply = await configurator.change(try node.command(.put, "gate", number: 20 + Int64(number), source: source))
                #expect(reply.ok == false && (source.isEmpty || reply.error?.contains(source) == false))
            }
            for command in [
                try node.command(.put, "gate", number: 40, source: "rtsp://127.0.0.1:9/", node: "other"),
                try node.command(.put, "gate", number: 41, source: "rtsp://127.0.0.1:9/", sealedFor: "yard"),
                try node.command(.put, "gate", number: 42), try node.command(.put, "no id", number: 43, source: "rtsp://127.0.0.1:9/"),
                NodeCommand(command: "camera"), NodeCommand(command: "camera", signed: good.signed, signature: "AAAA"),
            ] { #expect(await configurator.change(command).ok == false) }
            #expect(try node.text == before)
            #expect(await node.cameras.units.map(\.id) == ["yard", "attic"])
        }
    }
}
