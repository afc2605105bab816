import EdgeNode
import Foundation
import Media
import Sight
import TestSupport
import Vision

/// A folder with a classifier of the tests' own, its labels, a detector beside it, and a configuration that names all.
struct ClassifierFolder {
    let folder: TemporaryDirectory

    /// - Parameters:
    ///   - model: Of the classifier's file; nil for none.
    ///   - labels: Of its labels' file; nil for none.
    init(
        _ model: [UInt8]? = ColourClassifier().bytes, labels: String? = "background\nred fox = fox\nArctic fox = fox\nbadger = animal\n"
    ) throws {
        folder = try TemporaryDirectory("classifier")
        try Data(ColourDetector(.yolox, side: 128).bytes).write(to: URL(filePath: folder.path("detector.onnx")))
        try Data("person\ncat\n".utf8).write(to: URL(filePath: folder.path("labels.txt")))
        if let model { try Data(model).write(to: URL(filePath: folder.path("classifier.onnx"))) }
        if let labels { try Data(labels.utf8).write(to: URL(filePath: folder.path("classes.txt"))) }
    }

    /// The path of a configuration.
    /// - Parameters:
    ///   - lines: More of the table of the classifier.
    ///   - site: The value of `species.at_site`; nil for none.
    func configuration(_ lines: String = "width = 64", site: String? = nil) throws -> String {
        let file = folder.path("edge.toml")
        let detector = "[detector]\nmodel = \"detector.onnx\"\nkind = \"yolox\"\nlabels = \"labels.txt\"\nwidth = 128\n"
        let classifier = "[classifier]\nmodel = \"classifier.onnx\"\nlabels = \"classes.txt\"\n\(lines)\n"
        try Data((detector + classifier + (site.map { "[species]\nat_site = \($0)\n" } ?? "")).utf8).write(to: URL(filePath: file))
        return file
    }

    /// What a node would see with, from its configuration on.
    func perception(_ lines: String = "width = 64", site: String? = nil) async throws -> Perception {
        let configuration = try EdgeConfiguration.load(path: configuration(lines, site: site), environment: [:], purpose: .analyze)
        var perception = try await NodeModels.perception(
            folder: folder.path("models"), detector: configuration.detector, classifier: configuration.classifier)
        perception.animalJudge.species = configuration.species.atSite
        return perception
    }

    /// What a second look says of a patch of this colour.
    static func look(_ perception: Perception, at colour: String) async throws -> AnimalJudgement? {
        let picture = try DetectorFolder.picture([(colour, 16, 16, 32, 32)])
        var cost = LookCost()
        let scores = try await perception.scorer?.scores(in: picture, box: Box(x: 0.25, y: 0.25, width: 0.5, height: 0.5), cost: &cost)
        return scores.flatMap { perception.animalJudge.judge($0) }
    }
}
