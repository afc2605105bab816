import Testing

@testable import Settings

@Suite struct TOMLEditorTests {
    /// A file as somebody might keep it.
    private static let file = """
        # The porch. Do not touch the masks.
        node = "porch"   # as joined

        [[camera]]
        id = "yard"
        source = 'rtsp://u:p@192.0.2.1/one'   # the old one
          name = "Yard"

        [camera.motion]
        # quieter at night
        sensitivity = 40 # was 50
        masks = [
          [[0, 0], [1, 0], [1, 0.1]], # the clock
        ]

        [[camera.motion.zone]]
        name = "gate"
        polygon = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]

        # the neighbours complained
        [[camera.motion.zone]]
        name = "path"
        polygon = [[0.2, 0.2], [0.8, 0.2], [0.5, 0.8]]
        sensitivity = 10

        [[camera]]
        id = "attic"
        source = "rtsp://192.0.2.2/"
        motion.gate = false

        [outbox]
        keep_days = 9

        """

    private static func camera(
        _ number: Int, _ body: (inout [String: SettingsValue]) -> Void
    ) throws -> [String: SettingsValue] {
        var root = try TOMLParser.parse(file)
        guard case .array(var cameras)? = root["camera"], case .table(var table) = cameras[number] else { return root }
        body(&table)
        cameras[number] = .table(table)
        root["camera"] = .array(cameras)
        return root
    }

    private static func motion(_ number: Int, _ body: (inout [String: SettingsValue]) -> Void) throws -> [String: SettingsValue] {
        try camera(number) { camera in
            guard case .table(var motion)? = camera["motion"] else { return }
            body(&motion)
            camera["motion"] = .table(motion)
        }
    }

    private func change(_ root: [String: SettingsValue]) throws -> String {
        try TOMLEditor.change(Self.file, to: root, origin: "edge.toml")
    }

    @Test("a file to which nothing is changed stays byte for byte the same")
    func nothing() throws {
        #expect(try change(TOMLParser.parse(Self.file)) == Self.file)
    }

    @Test("a changed value takes the old one's place, and its comment stays")
    func value() throws {
        let changed = try change(Self.motion(0) { $0["sensitivity"] = .integer(60) })
        #expect(changed == Self.file.replacing("sensitivity = 40 # was 50", with: "sensitivity = 60 # was 50"))
        let text = try change(Self.camera(0) { $0["source"] = .string("rtsp://a\"b\\") })
        #expect(text == Self.file.replacing("'rtsp://u:p@192.0.2.1/one'", with: #""rtsp://a\"b\\""#))
    }

    @Test("a new key goes behind the others of its table, with their indentation; a key that is gone takes its line with it")
    func keys() throws {
        let added = try change(Self.camera(0) { $0["snapshots"] = .boolean(false) })
        #expect(added == Self.file.replacing("  name = \"Yard\"\n", with: "  name = \"Yard\"\n  snapshots = false\n"))
        let removed = try change(Self.camera(0) { $0["name"] = nil })
        #expect(removed == Self.file.replacing("  name = \"Yard\"\n", with: ""))
        let dotted = try change(Self.motion(1) { $0["sensitivity"] = .integer(7) })
        #expect(dotted == Self.file.replacing("motion.gate = false\n", with: "motion.gate = false\nmotion.sensitivity = 7\n"))
    }

    @Test("a zone that goes leaves the others and their comments, a new one goes behind them")
    func zones() throws {
        let without = try change(
            Self.motion(0) { motion in
                guard case .array(let zones)? = motion["zone"] else { return }
                motion["zone"] = .array([zones[1]])
            })
        #expect(
            without
                == Self.file.replacing(
                    "[[camera.motion.zone]]\nname = \"gate\"\npolygon = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]\n\n", with: ""))
        let with = try change(
            Self.motion(0) { motion in
                guard case .array(let zones)? = motion["zone"] else { return }
                motion["zone"] = .array(zones + [.table(["name": .string("door"), "minimum_area": .number(0.5)])])
            })
        #expect(
            with
                == Self.file.replacing(
                    "sensitivity = 10\n", with: "sensitivity = 10\n\n[[camera.motion.zone]]\nname = \"door\"\nminimum_area = 0.5\n"))
        let none = try change(Self.motion(0) { $0["zone"] = nil })
        #expect(!none.contains("zone]]") && none.contains("# the neighbours complained") && none.contains("# quieter at night"))
    }

    @Test("a table that was not there goes to its camera, not to the last one")
    func tables() throws {
        let bare = "[[camera]]\nid = \"a\"\n\n[[camera]]\nid = \"b\"\n"
        var root = try TOMLParser.parse(bare)
        root["camera"] = .array([
            .table(["id": .string("a"), "motion": .table(["sensitivity": .integer(3), "zone": .array([.table(["name": .string("z")])])])]),
            .table(["id": .string("b")]),
        ])
        let changed = try TOMLEditor.change(bare, to: root, origin: "edge.toml")
        #expect(
            changed
                == "[[camera]]\nid = \"a\"\n\n[camera.motion]\nsensitivity = 3\n\n[[camera.motion.zone]]\nname = \"z\"\n\n[[camera]]\nid = \"b\"\n"
        )
    }

    @Test("a camera is added at the end and taken out with all of its tables")
    func cameras() throws {
        var root = try TOMLParser.parse(Self.file)
        guard case .array(let cameras)? = root["camera"] else { return }
        root["camera"] = .array(cameras + [.table(["id": .string("new"), "source": .string("rtsp://192.0.2.3/")])])
        let added = try change(root)
        #expect(
            added.contains("motion.gate = false\n\n[[camera]]\nid = \"new\"\nsource = \"rtsp://192.0.2.3/\"\n")
                || added.hasSuffix("\n[[camera]]\nid = \"new\"\nsource = \"rtsp://192.0.2.3/\"\n"))
        root["camera"] = .array([cameras[1]])
        let removed = try change(root)
        #expect(
            !removed.contains("yard") && !removed.contains("zone") && removed.contains("# The porch.") && removed.contains("keep_days = 9"))
        root["camera"] = nil
        #expect(try !change(root).contains("camera]]"))
    }

    @Test(
        "whatever the file's way of writing is, it reads as what was wanted, or is refused",
        arguments: [
            "camera = [{ id = \"a\", motion = { sensitivity = 1 } }]\n", "[[camera]]\nid = \"a\"\nmotion = { sensitivity = 1 }",
            "[[camera]]\nid = \"a\"\nmotion.sensitivity = 1\nmotion.zone = [{ name = \"z\" }]",
            "\u{FEFF}[[ camera ]]\r\n\"id\" = 'a'\r\n  [ camera . motion ]\r\n  sensitivity = 1\r\n",
            "[[camera]]\nid = \"a\"\n[[camera.motion.zone]]\nname = \"z\"\n[camera.motion]\nsensitivity = 1\n",
            "[[camera]]\nid = \"a\"\n[[camera.motion.zone]]\nname = \"z\"\n", "[[camera]]\n[camera.motion]\n# nothing", "",
        ])
    func spellings(text: String) throws {
        for motion: [String: SettingsValue] in [
            ["sensitivity": .integer(2)], [:], ["gate": .boolean(true), "masks": .array([.array([.array([.number(0.5), .integer(1)])])])],
            ["zone": .array([.table(["name": .string("z"), "sensitivity": .integer(4)]), .table(["name": .string("y")])])],
        ] {
            var root = try TOMLParser.parse(text)
            root["camera"] = .array([.table(["id": .string("a"), "motion": .table(motion)])])
            let changed = try TOMLParser.parse(TOMLEditor.change(text, to: root, origin: "x"))
            #expect(TOMLEditor.pruned(changed) == TOMLEditor.pruned(root))
        }
    }

    @Test("random changes of random files read as what was wanted, and leave every comment that is not in what went")
    func random() throws {
        var generator = Seeded(state: 20_261_126)
        for _ in 0..<500 {
            let before = Self.table(depth: 0, &generator)
            let after = Bool.random(using: &generator) ? Self.table(depth: 0, &generator) : Self.touched(before, &generator)
            let text = try TOMLEditor.change("# first\n", to: before, origin: "x")
            #expect(text.hasPrefix("# first\n"))
            #expect(try TOMLEditor.pruned(TOMLParser.parse(text)) == TOMLEditor.pruned(before))
            let changed = try TOMLEditor.change(text, to: after, origin: "x")
            #expect(try TOMLEditor.pruned(TOMLParser.parse(changed)) == TOMLEditor.pruned(after))
            #expect(changed.hasPrefix("# first\n"))
        }
    }

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static func touched(_ table: [String: SettingsValue], _ generator: inout Seeded) -> [String: SettingsValue] {
        var out = table
        for (key, value) in table.sorted(by: { $0.key < $1.key }) {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: out[key] = nil
            case 1:
                if case .table(let inner) = value {
                    out[key] = .table(touched(inner, &generator))
                } else {
                    out[key] = scalar(&generator)
                }
            default: break
            }
        }
        return out
    }

    private static func table(depth: Int, _ generator: inout Seeded) -> [String: SettingsValue] {
        var out: [String: SettingsValue] = [:]
        for key in ["id", "name", "a", "b c", "ü", "zone"] where Bool.random(using: &generator) {
            let isDeep = depth < 3 && Int.random(in: 0..<3, using: &generator) == 0
            if isDeep, Bool.random(using: &generator) {
                out[key] = .table(table(depth: depth + 1, &generator))
            } else if isDeep {
                let count = Int.random(in: 0..<4, using: &generator)
                out[key] = .array((0..<count).map { _ in .table(table(depth: depth + 1, &generator)) })
            } else {
                out[key] = scalar(&generator)
            }
        }
        return out
    }

    private static func scalar(_ generator: inout Seeded) -> SettingsValue {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: .integer(.random(in: -5...5, using: &generator))
        case 1: .number(.random(in: -1...1, using: &generator))
        case 2: .boolean(.random(using: &generator))
        case 3: .string(["", "x", "a\"b\\", "ü\n\t", "# no", "\u{7F}"].randomElement(using: &generator) ?? "")
        default: .array([.integer(1), .string("]")])
        }
    }
}
