import Foundation
import Settings
import TestSupport
import Testing
import Vision

@testable import EdgeNode

@Suite struct EdgeConfigurationTests {
    /// A folder with the secret `sesame` for the node.
    private let folder: ConfigurationFolder

    init() throws {
        folder = try ConfigurationFolder()
        try folder.write("sesame\n", to: "node.secret", mode: 0o600)
    }

    private static let smallest = """
        node = "porch"
        [hub]
        broker = "mqtt://127.0.0.1:1883"
        secret_file = "node.secret"
        [[camera]]
        id = "porch-cam"
        source = "rtsp://viewer:sesame@127.0.0.1/porch"

        """

    private func problems(_ text: String, environment: [String: String] = [:]) throws -> [String] {
        let path = try folder.write(text, to: "edge.toml")
        do {
            _ = try EdgeConfiguration.load(path: path, environment: environment)
            return []
        } catch let error as SettingsError {
            return error.problems.map { "\($0)" }
        }
    }

    @Test("The smallest configuration is completed with the standard values")
    func standards() throws {
        let path = try folder.write(Self.smallest, to: "edge.toml")
        let configuration = try EdgeConfiguration.load(path: path, environment: [:])
        #expect(configuration.node == "porch")
        #expect(configuration.site == "home")
        #expect(configuration.dataFolder == folder.path("data"))
        #expect(configuration.hub.broker == BrokerURL(host: "127.0.0.1", port: 1883, username: "porch", password: Redacted("sesame")))
        #expect(configuration.outbox.maximumEvents == 1_000_000)
        #expect(configuration.outbox.keepDays == 7)
        let camera = try #require(configuration.cameras.first)
        #expect(camera.name == "porch-cam")
        #expect(camera.motion.sensitivity == 50)
        #expect(camera.motion.minimumArea == nil)
        #expect(camera.motion.minimumDuration == nil)
        #expect(camera.motion.gate)
        #expect(camera.motion.masks.isEmpty && camera.motion.zones.isEmpty)
    }

    @Test("Every key is read")
    func everything() throws {
        try folder.write("rtsp://viewer:sesame@127.0.0.1/yard", to: "yard.source", mode: 0o600)
        let text = """
            node = "porch"
            site = "farm"
            data = "/var/lib/x"
            [hub]
            broker = "mqtt://other:word@127.0.0.1:2883"
            [outbox]
            maximum_events = 5000
            keep_days = 3
            [[camera]]
            id = "porch-cam"
            name = "Porch, ground floor"
            source = "clip.mp4"
            [camera.motion]
            sensitivity = 70
            minimum_area = 0.01
            minimum_duration = 0.5
            gate = false
            masks = [[[0, 0], [0.2, 0], [0.2, 0.2]]]
            [[camera.motion.zone]]
            name = "driveway"
            polygon = [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]
            sensitivity = 80
            minimum_area = 0
            minimum_duration = 1
            kinds = ["vehicle", "person"]
            loitering = 12.5
            inertia = 4
            [[camera]]
            id = "yard-cam"
            source_file = "yard.source"
            """
        let configuration = try EdgeConfiguration.load(path: folder.write(text, to: "edge.toml"), environment: [:])
        #expect(configuration.site == "farm")
        #expect(configuration.dataFolder == "/var/lib/x")
        #expect(configuration.hub.broker == BrokerURL(host: "127.0.0.1", port: 2883, username: "other", password: Redacted("word")))
        #expect(configuration.outbox.maximumEvents == 5000)
        #expect(configuration.outbox.keepDays == 3)
        #expect(configuration.cameras.map(\.id) == ["porch-cam", "yard-cam"])
        let camera = configuration.cameras[0]
        #expect(camera.name == "Porch, ground floor")
        #expect("\(camera.source)" == folder.path("clip.mp4"))
        #expect(camera.motion.sensitivity == 70)
        #expect(camera.motion.minimumArea == 0.01)
        #expect(camera.motion.minimumDuration == 0.5)
        #expect(!camera.motion.gate)
        #expect(camera.motion.masks == [[FramePoint(x: 0, y: 0), FramePoint(x: 0.2, y: 0), FramePoint(x: 0.2, y: 0.2)]])
        let zone = try #require(camera.motion.zones.first)
        #expect(zone.name == "driveway")
        #expect(zone.polygon.count == 4)
        #expect(zone.sensitivity == 80)
        #expect(zone.minimumArea == 0)
        #expect(zone.minimumDuration == 1)
        #expect(zone.kinds == [.vehicle, .person] && zone.loitering == 12.5 && zone.inertia == 4)
        #expect("\(configuration.cameras[1].source)".hasPrefix("rtsp://"))
    }

    @Test("Nothing that is printed of it holds a password")
    func secrets() throws {
        let path = try folder.write(Self.smallest, to: "edge.toml")
        let configuration = try EdgeConfiguration.load(path: path, environment: [:])
        #expect(!"\(configuration) \(String(reflecting: configuration))".contains("sesame"))
    }

    @Test(
        "Names the key that is wrong and what is allowed",
        arguments: [
            ("sit = \"home\"\n", "sit: unknown key; did you mean \"site\"?"),
            ("node = \"Porch\"\n", "node: \"Porch\" is no id: it must be 1 to 64 characters of a-z, 0-9 and -"),
            ("outbox.keep_days = 0\n", "outbox.keep_days: must be an integer from 1 to 365, and is 0"),
            ("[[camera]]\nid = \"a\"\nsource = \"gopher://x\"\n", "camera[2].source: a source is"),
            ("[[camera]]\nid = \"a\"\n", "camera[2].source: is missing"),
            ("[[camera]]\nsource = \"x.mp4\"\n", "camera[2].id: is missing"),
            ("[[camera]]\nid = \"porch-cam\"\nsource = \"x.mp4\"\n", "camera[2].id: \"porch-cam\" is taken by another camera"),
            ("[[camera]]\nid = \"a\"\nsource = \"x.mp4\"\nsource_file = \"y\"\n", "camera[2].source_file: stands beside source"),
            ("[[camera]]\nid = \"a\"\nsource_file = \"nothing\"\n", "camera[2].source_file: "),
            ("[camera.motion]\nsensitivty = 3\n", "camera[1].motion.sensitivty: unknown key; did you mean \"sensitivity\"?"),
            ("[camera.motion]\nsensitivity = 0\n", "camera[1].motion.sensitivity: must be an integer from 1 to 100, and is 0"),
            ("[camera.motion]\nminimum_area = 1.5\n", "camera[1].motion.minimum_area: must be a number from 0.0 to 1.0, and is 1.5"),
            ("[[camera.motion.zone]]\nname = \"x\"\n", "camera[1].motion.zone[1].polygon: is missing"),
            (
                "[[camera.motion.zone]]\nname = \"x\"\npolygon = [[0, 0], [1, 0], [1, 1]]\nkinds = [\"cat\"]\n",
                "camera[1].motion.zone[1].kinds: must be some of person, pet, wildlife, vehicle"
            ),
            (
                "[[camera.motion.zone]]\nname = \"x\"\npolygon = [[0, 0], [1, 0], [1, 1]]\nkinds = []\n",
                "camera[1].motion.zone[1].kinds: names nothing that counts"
            ),
        ]
    )
    func bad(line: String, problem: String) throws {
        // A line of the root table comes first, in place of the one it repeats; a table comes last.
        let text =
            line.hasPrefix("[")
            ? Self.smallest + line : line + Self.smallest.replacing(line.hasPrefix("node") ? "node = \"porch\"\n" : "\u{1}", with: "")
        let found = try problems(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(problem) == true, "\(found)")
    }

    @Test("Reports everything at once")
    func all() throws {
        let found = try problems(
            "sit = 1\n[hub]\nbroker = \"x\"\n[outbox]\nkeep_days = \"x\"\n[[camera]]\nid = \"A\"\nsource = \"xy://y:sesame@z\"\n")
        #expect(
            found.map { String($0.prefix { $0 != ":" }) }.sorted() == [
                "camera[1].id", "camera[1].source", "hub.broker", "node", "outbox.keep_days", "sit",
            ])
        #expect(!found.joined().contains("sesame"))
    }

    @Test("A secret that others may read is refused")
    func mode() throws {
        try folder.write("sesame", to: "node.secret", mode: 0o644)
        let found = try problems(Self.smallest)
        #expect(found.count == 1)
        #expect(found.first?.contains("chmod 600") == true)
    }

    @Test("Variables win over the file")
    func environment() throws {
        let path = try folder.write(Self.smallest, to: "edge.toml")
        let configuration = try EdgeConfiguration.load(
            path: path,
            environment: ["VIGILAR_SITE": "farm", "VIGILAR_HUB_BROKER": "mqtt://127.0.0.1:3883", "VIGILAR_OUTBOX_KEEP_DAYS": "9"]
        )
        #expect(configuration.site == "farm")
        #expect(configuration.hub.broker?.port == 3883)
        #expect(configuration.outbox.keepDays == 9)
    }

    @Test("A node that has joined needs nothing but its cameras; joining has settled its name and site")
    func joined() throws {
        let text = "[[camera]]\nid = \"porch-cam\"\nsource = \"x.mp4\"\n"
        let path = try folder.write(text, to: "edge.toml")
        let configuration = try EdgeConfiguration.load(
            path: path, environment: [:], joined: JoinedNode(node: "porch", site: "farm"))
        #expect(configuration.node == "porch" && configuration.site == "farm" && configuration.hub.broker == nil)
        #expect(try problems(text) == ["hub: is unknown: run the `vigilar-edge join …` line that `vigilar-hub invite` prints"])
        let other = try folder.write("node = \"garden\"\n" + text, to: "edge.toml")
        let error = #expect(throws: SettingsError.self) {
            try EdgeConfiguration.load(path: other, environment: [:], joined: JoinedNode(node: "porch", site: "farm"))
        }
        #expect(error?.problems.map { "\($0)" }.first?.hasPrefix("node: is \"garden\", but this node joined as \"porch\"") == true)
    }

    @Test("To analyse a clip, neither hub nor cameras nor secret are needed")
    func analyze() throws {
        let bare = try EdgeConfiguration.load(path: folder.write("node = \"x\"\n", to: "edge.toml"), environment: [:], purpose: .analyze)
        #expect(bare.hub.broker == nil)
        #expect(bare.cameras.isEmpty)
        let text = Self.smallest.replacing("node.secret", with: "elsewhere.secret")
        let whole = try EdgeConfiguration.load(path: folder.write(text, to: "edge.toml"), environment: [:], purpose: .analyze)
        #expect(whole.cameras.count == 1)
    }

    @Test("Damaged files are loaded or refused by key, never more")
    func garbage() throws {
        let pieces = [
            "\0", "\u{FEFF}", "[[", "]]", "[", "]", "{", "}", "=", "\"", "'''", "\"\"\"", "nan", "-inf", "1e400", "99999999999999999999",
            "0x", "\\u0000",
            "\\", "\n", "\r", "#", ".", "camera", "[[camera]]", "[camera]", "camera = 1", "é", "🏠", "1979-05-27T07:32:00Z", "12:00:00",
            "-0", "_",
            String(repeating: "[", count: 300), String(repeating: "a.", count: 300),
        ]
        let seed = Array(
            try Data(
                contentsOf: URL(
                    fileURLWithPath: folder.write(
                        Self.smallest + """
                            [camera.motion]
                            sensitivity = 70
                            masks = [[[0, 0], [0.2, 0], [0.2, 0.2]]]
                            [[camera.motion.zone]]
                            name = "driveway"
                            polygon = [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]

                            """, to: "seed.toml"))))
        var random = SeededGenerator(seed: 7)
        var loaded = 0
        var refused = 0
        for _ in 0..<600 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(contentsOf: pieces.randomElement(using: &random)!.utf8, at: place)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...12, using: &random)))
                case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default: bytes.insert(contentsOf: bytes.prefix(place).suffix(20), at: Int.random(in: 0...bytes.count, using: &random))
                }
            }
            let path = folder.path("mutated.toml")
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do {
                _ = try EdgeConfiguration.load(path: path, environment: [:])
                loaded += 1
            } catch let error as SettingsError {
                #expect(!error.problems.isEmpty)
                refused += 1
            }
        }
        // Both happen, or the mutations prove nothing.
        #expect(loaded > 10 && refused > 100)
    }
}
