import Testing

@testable import Settings

@Suite struct TableReaderTests {
    private static let keys = [
        KeyDescription("name", "id", standard: nil),
        KeyDescription("port", "integer", standard: "1"),
        KeyDescription("share", "number", standard: "0"),
        KeyDescription("three", "3 numbers", standard: "none"),
        KeyDescription("on", "boolean", standard: "true"),
        KeyDescription("folder", "path", standard: "."),
        KeyDescription("part.depth", "integer", standard: "1"),
        KeyDescription("item.area", "polygon", standard: nil, inArray: true),
        KeyDescription("item.areas", "polygons", standard: nil, inArray: true),
    ]

    /// Reads everything that there is, and gives back what was wrong.
    private func problems(_ text: String, environment: [String: String] = [:]) -> [String] {
        do {
            var document = try SettingsDocument(text: text, origin: "test.toml", folder: "/etc/x")
            document.overlay(environment: environment, keys: Self.keys)
            let list = ProblemList()
            let root = TableReader(document, keys: Self.keys, problems: list)
            _ = root.id("name")
            _ = root.integer("port", in: 1...10)
            _ = root.number("share", in: 0...1)
            _ = root.numbers("three", count: 3, in: 0...10)
            _ = root.boolean("on")
            _ = root.path("folder")
            _ = root.table("part").integer("depth", in: 1...10)
            for item in root.tables("item", atMost: 2) {
                _ = item.polygon("area", atMost: 4)
                _ = item.polygons("areas", atMost: 2, corners: 4)
            }
            return list.problems.map { "\($0)" }
        } catch let error as SettingsError {
            return error.problems.map { "\($0)" }
        } catch {
            return ["another error"]
        }
    }

    @Test(
        "Takes what is right",
        arguments: [
            "", "name = \"porch-1\"", "port = 10", "share = 1", "share = 0.5", "three = [0, 2.5, 10]", "on = false", "[part]\ndepth = 3",
            "part.depth = 3",
            "[[item]]\narea = [[0, 0], [1, 0], [0.5, 1]]\n[[item]]\nareas = [[[0, 0], [1, 0], [0.5, 1]]]", "item = []",
        ]
    )
    func good(text: String) {
        #expect(problems(text) == [])
    }

    @Test(
        "Names the key and what is allowed",
        arguments: [
            ("nmae = 1", "nmae: unknown key; did you mean \"name\"?"),
            ("colour = 1", "colour: unknown key; known here: folder, item, name, on, part, port, share, three"),
            ("[part]\ndpeth = 1", "part.dpeth: unknown key; did you mean \"depth\"?"),
            ("name = 5", "name: must be a string, and is an integer"),
            ("name = \"\"", "name: is empty"),
            ("name = \"Porch!\"", "name: \"Porch!\" is no id: it must be 1 to 64 characters of a-z, 0-9 and -"),
            ("port = 11", "port: must be an integer from 1 to 10, and is 11"),
            ("port = 0", "port: must be an integer from 1 to 10, and is 0"),
            ("port = 1.5", "port: must be an integer from 1 to 10, and is a number"),
            ("port = 9223372036854775807", "port: must be an integer from 1 to 10, and is 9223372036854775807"),
            ("share = 1.01", "share: must be a number from 0.0 to 1.0, and is 1.01"),
            ("share = nan", "share: must be a number from 0.0 to 1.0, and is nan"),
            ("share = inf", "share: must be a number from 0.0 to 1.0, and is inf"),
            ("three = 1", "three: must be an array of 3 numbers, and is an integer"),
            ("three = [1, 2]", "three: must be an array of 3 numbers, and has 2"),
            ("three = [1, 2, 11]", "three[3]: must be a number from 0.0 to 10.0, and is 11.0"),
            ("three = [1, 2, nan]", "three[3]: must be a number from 0.0 to 10.0, and is nan"),
            ("three = [1, 2, \"a\"]", "three[3]: must be a number from 0.0 to 10.0, and is a string"),
            ("on = \"yes\"", "on: must be true or false, and is a string"),
            ("on = 2026-11-23", "on: must be true or false, and is a date"),
            ("part = 1", "part: must be a table ([part]), and is an integer"),
            ("[item]", "item: must be written as [[item]], and is a table"),
            ("item = [1]", "item[1]: must be a table ([[item]]), and is an integer"),
            ("item = [{}, {}, {}]", "item: has 3 entries; at most 2 are allowed"),
            ("[[item]]\narea = [[0, 0], [1, 0]]", "item[1].area: has 2 corners; 3 to 4 are allowed"),
            ("[[item]]\narea = [[0, 0], [1, 0], [2, 1]]", "item[1].area[3]: must be a number from 0.0 to 1.0, and is 2.0"),
            ("[[item]]\narea = [[0, 0], [1, 0], [1]]", "item[1].area[3]: must be a corner [x, y]"),
            ("[[item]]\narea = [[0, 0], [0.5, 0.5], [1, 1]]", "item[1].area: has no area: its corners lie on a line"),
            ("[[item]]\n[[item]]\nareas = [[[0, 0]]]", "item[2].areas[1]: has 1 corners; 3 to 4 are allowed"),
            ("[[item]]\n\"\\u001b[2J\" = 1", "item[1].·[2J: unknown key; known here: area, areas"),
        ]
    )
    func bad(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test("Reports everything at once")
    func all() {
        #expect(problems("nmae = 1\nport = 0\nshare = true\n[part]\ndepth = \"x\"").count == 4)
    }

    @Test(
        "Refuses what is not TOML, with the place and without quoting it",
        arguments: [
            "name = rtsp://user:sesame@host", "name = \"sesame", "[sesame", "sesame", "name = \"a\"\nname = \"sesame\"", "a = \u{1}sesame",
        ]
    )
    func notTOML(text: String) {
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.allSatisfy { $0.contains("is not valid TOML at line ") && !$0.contains("sesame") })
    }

    @Test("Survives nesting of any depth")
    func depth() {
        let arrays = "name = " + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        let dotted = "[" + Array(repeating: "part", count: 5000).joined(separator: ".") + "]"
        for text in [arrays, dotted] { #expect(!problems(text).isEmpty) }
    }

    @Test("Takes variables over the file's values, and names them where they are wrong")
    func environment() {
        #expect(problems("port = 99", environment: ["VIGILAR_PORT": "5", "VIGILAR_OTHER": "1"]) == [])
        #expect(
            problems("", environment: ["VIGILAR_PART_DEPTH": "x"]) == ["part.depth: VIGILAR_PART_DEPTH must be an integer from 1 to 10"])
        #expect(problems("part = 1", environment: ["VIGILAR_PART_DEPTH": "2"]) == ["part: must be a table ([part]), and is an integer"])
        #expect(problems("", environment: ["VIGILAR_ON": "maybe"]).count == 1)
    }

    @Test("Starts a file's paths at its folder, a variable's at the working directory")
    func paths() throws {
        var document = try SettingsDocument(text: "folder = \"../y\"", origin: "test.toml", folder: "/etc/x")
        let problems = ProblemList()
        #expect(TableReader(document, keys: Self.keys, problems: problems).path("folder") == "/etc/y")
        document.overlay(environment: ["VIGILAR_FOLDER": "y"], keys: Self.keys)
        let path = TableReader(document, keys: Self.keys, problems: problems).path("folder")
        #expect(path == FilePlace.workingDirectory + "/y")
    }
}
