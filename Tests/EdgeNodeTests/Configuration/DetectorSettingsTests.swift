import Settings
import Testing
import Vision

@testable import EdgeNode

@Suite struct DetectorSettingsTests {
    private let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    private func load(_ lines: String, environment: [String: String] = [:]) throws -> DetectorSettings {
        let path = try folder.write("[detector]\n\(lines)\n", to: "edge.toml")
        return try EdgeConfiguration.load(path: path, environment: environment, purpose: .analyze).detector
    }

    private func problems(_ lines: String) throws -> [String] {
        do {
            _ = try load(lines)
            return []
        } catch let error as SettingsError { return error.problems.map { "\($0)" } }
    }

    @Test("Without a model it is the catalogue's, of whose labels something else can be made")
    func catalogue() throws {
        #expect(try load("") == DetectorSettings())
        let settings = try load("pets = [\"horse\"]\nwildlife = [\"cat\"]\nignored = [\"boat\"]")
        #expect(settings.model == nil)
        #expect(
            ["horse", "cat", "dog", "boat", "person", "chair"].map { settings.kind(of: $0) } == [.pet, .wildlife, .pet, nil, .person, nil])
    }

    @Test("Three keys are enough; the rest is the kind's")
    func standards() throws {
        let model = try #require(try load("model = \"m.onnx\"\nkind = \"yolox\"\nlabels = \"l.txt\"").model)
        #expect(model.path == folder.path("m.onnx") && model.labels == folder.path("l.txt") && model.kind == .yolox)
        #expect(model.input == PictureInput(width: 416, height: 416, order: .bgr, fit: .corner(fill: 114)))
        #expect(try load("model = \"m.onnx\"\nkind = \"picodet\"").model?.labels == nil)
    }

    @Test("Every key is read, also from variables")
    func everything() throws {
        let lines = """
            model = "m.onnx"
            kind = "nanodet-plus"
            width = 320
            height = 256
            colours = "rgb"
            fit = "centre"
            mean = [1, 2.5, 3]
            """
        let settings = try load(
            lines, environment: ["VIGILAR_DETECTOR_DEVIATION": "4, 5, 6.5", "VIGILAR_DETECTOR_PEOPLE": "man, red coat ,woman"])
        let expected = PictureInput(
            width: 320, height: 256, order: .rgb, fit: .centre(fill: 114), mean: [1, 2.5, 3], deviation: [4, 5, 6.5])
        #expect(settings.model?.input == expected)
        #expect(settings.kinds == ["man": .person, "red coat": .person, "woman": .person])
        #expect(try load("model = \"m.onnx\"\nkind = \"picodet\"\nwidth = 320").model?.input.height == 320)
    }

    @Test(
        "What is wrong is said by key",
        arguments: [
            ("model = \"m.onnx\"", ["detector.kind: is missing: say whose outputs the model has, such as kind = \"yolox\""]),
            (
                "model = \"m.onnx\"\nkind = \"ssd\"", ["detector.kind: must be one of picodet, nanodet-plus, yolox"]
            ),
            ("kind = \"yolox\"", ["detector.kind: is for a detector of your own: name its file in model"]),
            ("model = \"m\"\nkind = \"yolox\"\nwidth = 31", ["detector.width: must be an integer from 32 to 2048, and is 31"]),
            ("model = \"m\"\nkind = \"yolox\"\ncolours = \"grey\"", ["detector.colours: must be one of rgb, bgr"]),
            ("model = \"m\"\nkind = \"yolox\"\nfit = \"crop\"", ["detector.fit: must be one of stretch, corner, centre"]),
            ("model = \"m\"\nkind = \"yolox\"\nmean = [1, 2]", ["detector.mean: must be an array of 3 numbers, and has 2"]),
            (
                "model = \"m\"\nkind = \"yolox\"\ndeviation = [1, 0, 1]",
                ["detector.deviation[2]: must be a number from 0.001 to 1000.0, and is 0.0"]
            ),
            ("pets = [\"cat\"]\nignored = [\"cat\"]", ["detector.ignored: has a label that stands in pets too: keep one of the two"]),
            ("pets = \"cat\"", []),
            ("pets = [1]", ["detector.pets: must be an array of strings"]),
            ("modell = \"m\"", ["detector.modell: unknown key; did you mean \"model\"?"]),
        ])
    func faults(lines: String, expected: [String]) throws { #expect(try problems(lines) == expected) }
}
