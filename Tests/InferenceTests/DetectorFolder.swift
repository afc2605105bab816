import EdgeNode
import Foundation
import Media
import Sight
import TestSupport
import Vision

/// A folder with a detector of the tests' own, its labels, and a configuration that names both; and pictures to look at.
struct DetectorFolder {
    let folder: TemporaryDirectory

    /// - Parameters:
    ///   - model: Of the detector's file.
    ///   - labels: Of its labels' file; nil for none.
    init(_ model: [UInt8], labels: String? = "person\ncat\n") throws {
        folder = try TemporaryDirectory("detector")
        try Data(model).write(to: URL(filePath: folder.path("model.onnx")))
        if let labels { try Data(labels.utf8).write(to: URL(filePath: folder.path("labels.txt"))) }
    }

    /// What a node would see with, from its configuration on.
    /// - Parameter lines: More of the table of the detector.
    func perception(_ kind: String, _ lines: String = "", model: String = "model.onnx") async throws -> Perception {
        let configuration = try EdgeConfiguration.load(
            path: try configuration(kind, lines, model: model), environment: [:], purpose: .analyze)
        return try await NodeModels.perception(folder: folder.path("models"), detector: configuration.detector)
    }

    /// The path of a configuration.
    func configuration(_ kind: String, _ lines: String = "", model: String = "model.onnx") throws -> String {
        let file = folder.path("edge.toml")
        let text = "[detector]\nmodel = \"\(model)\"\nkind = \"\(kind)\"\nlabels = \"labels.txt\"\n\(lines)\n"
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }

    /// Why it sees nothing but motion; empty where it sees.
    func refusal(_ kind: String, _ lines: String = "", model: String = "model.onnx") async -> String {
        do {
            _ = try await perception(kind, lines, model: model)
            return ""
        } catch { return "\(error)" }
    }

    /// What is found in all of a picture.
    static func look(_ perception: Perception, at picture: HeldPicture) async throws -> (detections: [Detection], cost: LookCost) {
        let whole = PixelRectangle(x: 0, y: 0, width: picture.width, height: picture.height)
        return try await perception.detector.detect(in: picture, parts: [whole], places: [Box(x: 0, y: 0, width: 1, height: 1)])
    }

    /// A grey picture with patches.
    static func picture(
        width: Int = 64, height: Int = 64, _ patches: [(colour: String, x: Int, y: Int, width: Int, height: Int)]
    ) throws -> HeldPicture {
        let folder = try TemporaryDirectory("patches")
        let boxes = patches.map { "drawbox=x=\($0.x):y=\($0.y):w=\($0.width):h=\($0.height):color=\($0.colour):t=fill" }
        let filter = (["format=rgb24"] + boxes + ["format=yuvj420p"]).joined(separator: ",")
        try TestClips.run([
            "-f", "lavfi", "-i", "color=c=gray:s=\(width)x\(height)", "-vf", filter, "-frames:v", "1", "-q:v", "1",
            folder.path("picture.jpg"),
        ])
        return try JPEGDecoder.decode(Array(try Data(contentsOf: URL(filePath: folder.path("picture.jpg")))))
    }
}
