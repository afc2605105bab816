import EdgeNode
import Sight
import TestSupport
import Testing
import Vision

/// Classifiers by configuration, run by the real runtime: models that the tests make for themselves.
@Suite struct ConfiguredClassifierTests {
    @Test(
        "A species that is sure is named, two of a group are the group, two of none an animal, and what is none is none",
        arguments: [false, true])
    func levels(givesShares: Bool) async throws {
        let folder = try ClassifierFolder(ColourClassifier(givesShares: givesShares).bytes)
        let perception = try await folder.perception("width = 64" + (givesShares ? "\noutput = \"probabilities\"" : ""))
        // Nothing of the catalogue's is there: nobody is known again, which is told, and second looks are taken all the same.
        #expect(perception.shortcomings.map { $0.prefix { $0 != ":" } } == ["animals are not known again", "faces are not read"])
        #expect(perception.shortcomings.allSatisfy { $0.contains("vigilar-edge models fetch") })
        #expect(perception.animals == nil)
        let red = try await ClassifierFolder.look(perception, at: "red")
        #expect(red?.level == .species && red?.name == "red fox" && (red?.score ?? 0) > 0.95)
        #expect(try await ClassifierFolder.look(perception, at: "lime")?.name == "badger")
        let foxes = try await ClassifierFolder.look(perception, at: "magenta")
        #expect(foxes?.level == .group && foxes?.name == "fox")
        let either = try await ClassifierFolder.look(perception, at: "yellow")
        #expect(either?.level == .animal && either?.name == "animal")
        #expect(try await ClassifierFolder.look(perception, at: "gray") == nil)
    }

    @Test("A site's list is of its names, and shortens what is said")
    func site() async throws {
        let folder = try ClassifierFolder()
        func name(_ colour: String, _ site: String) async throws -> String? {
            try await ClassifierFolder.look(folder.perception(site: site), at: colour)?.name
        }
        #expect(try await name("red", "[\"Red Fox\"]") == "red fox")
        #expect(try await name("blue", "[\"red fox\"]") == "fox")
        #expect(try await name("red", "[\"badger\"]") == "animal")
        #expect(try await name("lime", "[\"badger\"]") == "badger")
        await #expect(throws: (any Error).self) { try await folder.perception(site: "[\"wolf\"]") }
    }

    @Test("Broader groups that are known hold those of a file of labels; breeds of cats are cats")
    func orders() async throws {
        let folder = try ClassifierFolder(labels: "nothing\nred fox = Fox\ngolden jackal = wild dog\nSiamese = cat\n")
        let perception = try await folder.perception()
        let dogs = try await ClassifierFolder.look(perception, at: "magenta")
        #expect(dogs?.level == .order && dogs?.name == "wild dog")
        #expect(try await ClassifierFolder.look(perception, at: "lime")?.name == "cat")
    }

    @Test("What the configuration says of the input counts")
    func input() async throws {
        let folder = try ClassifierFolder()
        func name(_ lines: String) async throws -> String? {
            try await ClassifierFolder.look(folder.perception("width = 64\n\(lines)"), at: "red")?.name
        }
        // Blue first: red is taken for blue.
        #expect(try await name("colours = \"bgr\"") == "Arctic fox")
        #expect(try await name("mean = [324, 116, -97]\ndeviation = [58, 57, 57]") == "Arctic fox")
        #expect(try await name("deviation = [1000, 1000, 1000]") == nil, "all is too faint")
    }

    @Test("A clip is analysed with it: what moves and no class of the detector explains is an animal with a name")
    func analysis() async throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 6
        recipe.box = 1...4
        recipe.boxColour = "lime"
        let folder = try ClassifierFolder()
        var (lines, notes): ([String], [String]) = ([], [])
        try await EdgeProcess.analyze(
            .init(source: TestClips.shared.clip(recipe), configuration: folder.configuration(), objects: true),
            note: { notes.append($0) }, write: { lines.append($0) })
        #expect(notes.map { $0.prefix { $0 != ":" } } == ["animals are not known again", "faces are not read"])
        #expect(lines.contains { $0.hasPrefix("animal (badger ") }, "\(lines)")
    }

    private enum File: Sendable {
        case sound, shares, large, damaged, notNumbers, twoOutputs, missing

        var bytes: [UInt8]? {
            switch self {
            case .sound: ColourClassifier().bytes
            case .shares: ColourClassifier(givesShares: true).bytes
            case .large: ColourClassifier(side: 96).bytes
            case .damaged: Array(ColourClassifier().bytes.prefix(200))
            case .notNumbers: ColourClassifier(flaw: .notNumbers).bytes
            case .twoOutputs: ColourClassifier(flaw: .twoOutputs).bytes
            case .missing: nil
            }
        }
    }

    @Test(
        "One that does not fit is told with what to do, and the detector goes on",
        arguments: [
            (.missing, "", "a\nb = fox\nc = fox\nd = fox", ["classifier.model cannot be read: check that "]),
            (.sound, "", nil, ["classifier.labels cannot be read: check that "]),
            (.damaged, "", "a\nb = fox\nc = fox\nd = fox", ["classifier.model cannot be used: the bytes are no model"]),
            (.large, "", "a\nb = fox\nc = fox\nd = fox", ["classifier.width and height", "1×3×96×96"]),
            (.twoOutputs, "", "a\nb = fox\nc = fox\nd = fox", ["lines of classifier.labels", "one output", "has 2"]),
            (.sound, "", "a\nb = fox\nc = fox", ["lines of classifier.labels", "of 3 classes", "gives 4"]),
            (.sound, "", "a\nb = fox\nc = fox\nd = fox\ne", ["of 5 classes", "gives 4"]),
            (.sound, "", "a\nb\nc\nd", ["classifier.labels has no animal", "red fox = fox"]),
            (.sound, "", "a\n\u{1B}[31m = fox\nc\nd", ["line 2 of classifier.labels is no label"]),
            (.notNumbers, "", "a\nb = fox\nc = fox\nd = fox", ["classifier.model is damaged, export it anew", "4 are no numbers"]),
            (.shares, "", "a\nb = fox\nc = fox\nd = fox", ["write classifier.output = \"probabilities\""]),
            (.sound, "output = \"probabilities\"", "a\nb = fox\nc = fox\nd = fox", ["leave classifier.output out"]),
        ] as [(File, String, String?, [String])])
    private func misfits(file: File, lines: String, labels: String?, words: [String]) async throws {
        let perception = try await ClassifierFolder(file.bytes, labels: labels).perception("width = 64\n\(lines)")
        #expect(perception.scorer == nil && perception.shortcomings.count == 3)
        let told = try #require(perception.shortcomings.first { $0.hasPrefix("which animals there are is not told: ") })
        #expect(!told.contains("[31m"))
        for word in words { #expect(told.contains(word), "\(told)") }
        let seen = try await DetectorFolder.look(perception, at: DetectorFolder.picture([("red", 16, 16, 32, 32)])).detections
        #expect(seen.map(\.label) == ["person"])
    }

    @Test("One that gives what is no number later fails in that look only")
    func later() async throws {
        let perception = try await ClassifierFolder(ColourClassifier(flaw: .notNumbersOnSight).bytes).perception()
        #expect(perception.scorer != nil)
        await #expect(throws: DetectionError.self) { try await ClassifierFolder.look(perception, at: "red") }
        #expect(try await ClassifierFolder.look(perception, at: "lime")?.name == "badger")
    }
}
