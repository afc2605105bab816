import EdgeNode
import Media
import Sight
import TestSupport
import Testing
import Vision

/// Detectors by configuration, run by the real runtime: models that the tests make for themselves.
@Suite struct ConfiguredDetectorTests {
    /// Each in a cell of its own.
    private static let patches = [
        (colour: "red", x: 16, y: 32, width: 16, height: 16), (colour: "blue", x: 48, y: 0, width: 16, height: 16),
    ]

    private func expectSame(_ one: Box?, _ other: Box, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let one = try #require(one, sourceLocation: sourceLocation)
        let difference = max(abs(one.x - other.x), abs(one.y - other.y), abs(one.width - other.width), abs(one.height - other.height))
        #expect(difference < 0.02, "\(one)", sourceLocation: sourceLocation)
    }

    @Test("A model, its kind, its labels and its size are all that it takes, for each kind", arguments: ColourDetector.Layout.allCases)
    func kinds(layout: ColourDetector.Layout) async throws {
        let perception = try await DetectorFolder(ColourDetector(layout).bytes).perception(layout.rawValue, "width = 64")
        let found = try await DetectorFolder.look(perception, at: DetectorFolder.picture(Self.patches)).detections
        #expect(found.map(\.label).sorted() == ["cat", "person"])
        #expect(found.allSatisfy { abs(Float($0.score) - ColourDetector.score) < 0.02 })
        let (person, cat) = (found.first { $0.kind == .person }, found.first { $0.kind == .pet })
        try expectSame(person?.box, Box(x: 0.25, y: 0.5, width: 0.25, height: 0.25))
        try expectSame(cat?.box, Box(x: 0.75, y: 0, width: 0.25, height: 0.25))
        #expect(try await DetectorFolder.look(perception, at: DetectorFolder.picture([])).detections == [])
    }

    @Test(
        "A picture of other proportions is stretched or keeps them, and boxes come back to it", arguments: ["corner", "centre", "stretch"])
    func proportions(fit: String) async throws {
        let perception = try await DetectorFolder(ColourDetector(.picoDet).bytes).perception("picodet", "width = 64\nfit = \"\(fit)\"")
        // Half as large it fills a cell, wherever the picture lies; stretched it is twice as high as one.
        let picture = try DetectorFolder.picture(width: 128, height: 64, [("red", 32, 0, 32, 32)])
        let found = try await DetectorFolder.look(perception, at: picture).detections
        #expect(found.count == (fit == "stretch" ? 2 : 1))
        let (top, bottom) = (found.map(\.box.y).min() ?? 1, found.map(\.box.maxY).max() ?? 0)
        try expectSame(
            found.first.map { Box(x: $0.box.x, y: top, width: $0.box.width, height: bottom - top) },
            Box(x: 0.25, y: 0, width: 0.25, height: 0.5))
    }

    @Test("What the configuration says of the input counts")
    func input() async throws {
        let folder = try DetectorFolder(ColourDetector(.yolox).bytes)
        let picture = try DetectorFolder.picture([Self.patches[0]])
        func labels(_ lines: String) async throws -> [String] {
            try await DetectorFolder.look(folder.perception("yolox", "width = 64\n\(lines)"), at: picture).detections.map(\.label)
        }
        #expect(try await labels("") == ["person"])
        #expect(try await labels("colours = \"rgb\"") == ["cat"], "red is taken for blue")
        #expect(try await labels("deviation = [1, 1, 4]") == [], "red is too faint then")
        #expect(try await labels("mean = [-200, 0, 200]") == ["cat"])
    }

    @Test("A clip is analysed with it, and what crosses the picture in its colour is an event", arguments: ["red", "blue", "green"])
    func analysis(colour: String) async throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 6
        recipe.box = 1...4
        recipe.boxColour = colour
        let folder = try DetectorFolder(ColourDetector(.yolox, side: 128).bytes)
        var (lines, notes): ([String], [String]) = ([], [])
        try await EdgeProcess.analyze(
            .init(
                source: TestClips.shared.clip(recipe), configuration: folder.configuration("yolox", "width = 128"), json: true,
                objects: true),
            note: { notes.append($0) }, write: { lines.append($0) })
        let types = lines.filter { $0.hasPrefix("{\"event\":") }.map { line in
            ["person", "pet", "motion"].filter { line.hasPrefix("{\"event\":{\"type\":\"\($0)\"") }
        }
        #expect(types == [[["red": "person", "blue": "pet", "green": "motion"][colour]].compactMap { $0 }])
        // The catalogue's models are not in the folder, and nothing else is missed.
        #expect(notes.count == 2)
        #expect(
            notes.allSatisfy { $0.contains("is not in \(folder.folder.path("data/models")): vigilar-edge models fetch brings it") },
            "\(notes)")
    }

    @Test("The configuration says what is made of labels, which are text whatever they hold")
    func labels() async throws {
        let label = "<b onclick=\"alert(1)\">cat</b>"
        let folder = try DetectorFolder(ColourDetector(.yolox).bytes, labels: "red coat\r\n\(label)\r\n\r\n")
        let picture = try DetectorFolder.picture(Self.patches)
        #expect(await folder.refusal("yolox", "width = 64").contains("people, pets, wildlife or vehicles"))
        let lines = "width = 64\npeople = [\"red coat\"]\npets = ['\(label)']"
        let found = try await DetectorFolder.look(folder.perception("yolox", lines), at: picture).detections
        #expect(Set(found.map(\.label)) == ["red coat", label])
        #expect(found.first { $0.label == label }?.kind == .pet && found.first { $0.label == "red coat" }?.kind == .person)
        let known = try DetectorFolder(ColourDetector(.yolox).bytes)
        let other = try await known.perception("yolox", "width = 64\nvehicles = [\"person\"]\nignored = [\"cat\"]")
        #expect(Set(try await DetectorFolder.look(other, at: picture).detections.map(\.kind)) == [.vehicle, nil])
        #expect(await folder.refusal("yolox", "width = 64\npeople = [\"red\"]").contains("\"red\" in the table [detector]"))
    }

    @Test(
        "A detector that does not fit what is said of it is refused with what to do",
        arguments: [
            ("yolox", "width = 128", 64, "person\ncat", ["takes 1×3×64×64 where 1×3×128×128", "detector.width and height"]),
            ("yolox", "width = 64", 64, "person\ncat\ndog", ["for 3 labels", "84×8 numbers", "1×84×7", "the lines of detector.labels"]),
            ("yolox", "width = 64", 64, "person", ["for 1 labels", "the lines of detector.labels"]),
            ("picodet", "width = 64", 64, "person\ncat", ["a PicoDet has 8 outputs, and this has 1", "detector.kind"]),
            ("nanodet-plus", "width = 64", 64, "person\ncat", ["85×34 numbers", "1×84×7", "detector.kind"]),
        ])
    func misfits(kind: String, lines: String, side: Int, labels: String, words: [String]) async throws {
        let folder = try DetectorFolder(ColourDetector(.yolox, side: side).bytes, labels: labels)
        let refusal = await folder.refusal(kind, lines)
        // The hub keeps 256 characters of it.
        for word in words { #expect(refusal.prefix(256).contains(word), "\(refusal)") }
    }

    @Test("Files that are missing, empty or something else are named")
    func files() async throws {
        let folder = try DetectorFolder([], labels: nil)
        #expect(await folder.refusal("yolox").contains("check that \(folder.folder.path("labels.txt")) is there"))
        for path in ["/dev/zero", folder.folder.path, "none.onnx"] {
            let other = try DetectorFolder([])
            #expect(await other.refusal("yolox", model: path).contains("detector.model cannot be read"))
        }
        let empty = try DetectorFolder([])
        #expect(await empty.refusal("yolox").contains("detector.model cannot be used: the bytes are no model"))
        let text = try DetectorFolder(Array("{\"model\": true}".utf8))
        #expect(await text.refusal("yolox").contains("the bytes are no model"))
        let two = ONNXModel(inputs: [.init("a", [1, 3, 64, 64]), .init("b", [1, 3, 64, 64])], outputs: [.init("out", [1, 3, 64, 64])])
            .node("Add", ["a", "b"], ["out"])
        let other = try DetectorFolder(two.bytes)
        #expect(await other.refusal("yolox", "width = 64").contains("2 inputs where one is expected"))
    }

    @Test("A model cut off anywhere, and bytes of chance, are refused and end nothing", arguments: ColourDetector.Layout.allCases)
    func damaged(layout: ColourDetector.Layout) async throws {
        let whole = ColourDetector(layout).bytes
        var generator = SeededGenerator(seed: 6)
        for round in 0..<16 {
            let length = whole.count * (round % 8) / 8 + round
            let bytes =
                round < 8 ? Array(whole[..<length]) : (0..<(length + 1)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let refusal = try await DetectorFolder(bytes).refusal(layout.rawValue, "width = 64")
            #expect(refusal.hasPrefix("detector.model cannot be used"), "\(round): \(refusal)")
        }
        #expect(try await DetectorFolder(whole).refusal(layout.rawValue, "width = 64") == "")
    }

    @Test("A model that gives what is no number is refused at once, or sees nothing where it does so later")
    func notNumbers() async throws {
        let broken = try DetectorFolder(ColourDetector(.yolox, flaw: .notNumbers).bytes)
        #expect(await broken.refusal("yolox", "width = 64").contains("588 are no numbers (NaN, infinite)"))
        let later = try await DetectorFolder(ColourDetector(.yolox, flaw: .notNumbersOnSight).bytes).perception("yolox", "width = 64")
        let seen = try await DetectorFolder.look(later, at: DetectorFolder.picture(Self.patches))
        #expect(seen.detections == [] && seen.cost.rejected == 84)
        #expect(try await DetectorFolder.look(later, at: DetectorFolder.picture([])).cost.rejected == 0)
    }

    @Test("Of thousands of boxes a hundred are taken")
    func crowd() async throws {
        let perception = try await DetectorFolder(ColourDetector(.yolox, side: 640, flaw: .crowd).bytes).perception("yolox", "width = 640")
        let found = try await DetectorFolder.look(perception, at: DetectorFolder.picture([])).detections
        #expect(found.count == 100)
    }
}
