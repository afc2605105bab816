import Settings
import Sight
import Testing
import Vision

@testable import EdgeNode

@Suite struct ClassifierSettingsTests {
    private let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    private func load(_ lines: String, species: String = "", environment: [String: String] = [:]) throws -> EdgeConfiguration {
        let path = try folder.write("[classifier]\n\(lines)\n[species]\n\(species)\n", to: "edge.toml")
        return try EdgeConfiguration.load(path: path, environment: environment, purpose: .analyze)
    }

    private func problems(_ lines: String, species: String = "") throws -> [String] {
        do {
            _ = try load(lines, species: species)
            return []
        } catch let error as SettingsError { return error.problems.map { "\($0)" } }
    }

    @Test("Without a model it is the catalogue's; two keys are enough")
    func standards() throws {
        #expect(try load("").classifier == nil)
        let settings = try #require(try load("model = \"m.onnx\"\nlabels = \"l.txt\"").classifier)
        #expect(settings.model == folder.path("m.onnx") && settings.labels == folder.path("l.txt") && settings.output == .logits)
        let expected = PictureInput(
            width: 224, height: 224, order: .rgb, mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375])
        #expect(settings.input == expected)
    }

    @Test("Every key is read, also from variables; means follow the order of colours")
    func everything() throws {
        let lines =
            "model = \"m\"\nlabels = \"l\"\noutput = \"probabilities\"\nwidth = 320\nheight = 256\ncolours = \"bgr\"\nmean = [1, 2.5, 3]"
        let settings = try load(lines, environment: ["VIGILAR_CLASSIFIER_DEVIATION": "4, 5, 6.5"]).classifier
        #expect(settings?.output == .probabilities)
        #expect(settings?.input == PictureInput(width: 320, height: 256, order: .bgr, mean: [1, 2.5, 3], deviation: [4, 5, 6.5]))
        let blueFirst = try load("model = \"m\"\nlabels = \"l\"\ncolours = \"bgr\"\nwidth = 300").classifier?.input
        #expect(blueFirst?.mean == [103.53, 116.28, 123.675] && blueFirst?.height == 300)
    }

    @Test("A site's animals are those of its file, and cats and dogs; where that cannot be read they are taken as they are")
    func site() throws {
        try folder.write("x\nHedgehog = animal\nwren = songbird\n", to: "l.txt")
        let lines = "model = \"m\"\nlabels = \"l.txt\""
        let listed = try load(lines, species: "at_site = [\"hedgehog\", \"songbird\", \"Cat\", \"dog\"]").species.atSite
        #expect(listed == ["Hedgehog", "songbird", "cat", "dog"])
        #expect(
            try problems(lines, species: "at_site = [\"wrem\", \"badger\"]") == [
                "species.at_site: entry 1 is no animal that second looks know; did you mean \"wren\"?",
                "species.at_site: entry 2 is no animal that second looks know; the file of classifier.labels lists them",
            ])
        #expect(try load("model = \"m\"\nlabels = \"none\"", species: "at_site = [\"any\"]").species.atSite == ["any"])
    }

    @Test(
        "What is wrong is said by key",
        arguments: [
            ("model = \"m\"", ["classifier.labels: is missing: name a file with a line for each class of the model"]),
            ("labels = \"l\"", ["classifier.labels: is for a classifier of your own: name its file in model"]),
            ("model = \"m\"\nlabels = \"l\"\noutput = \"scores\"", ["classifier.output: must be one of logits, probabilities"]),
            ("model = \"m\"\nlabels = \"l\"\nwidth = 31", ["classifier.width: must be an integer from 32 to 2048, and is 31"]),
            ("model = \"m\"\nlabels = \"l\"\ncolours = \"grey\"", ["classifier.colours: must be one of rgb, bgr"]),
            ("model = \"m\"\nlabels = \"l\"\nmean = [1, 2]", ["classifier.mean: must be an array of 3 numbers, and has 2"]),
            ("modell = \"m\"", ["classifier.modell: unknown key; did you mean \"model\"?"]),
        ])
    func faults(lines: String, expected: [String]) throws { #expect(try problems(lines) == expected) }
}
