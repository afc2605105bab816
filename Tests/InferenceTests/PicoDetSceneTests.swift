import Foundation
import Inference
import Media
import MediaTypes
import TestSupport
import Testing
import Vision

/// What PicoDet sees in pictures whose contents are known. Their labels are least counts; a label group is one label of one picture.
@Suite struct PicoDetSceneTests {
    private struct Scene {
        let path: String
        let labels: [String]
    }

    /// Ways from a picture to the model's input.
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        /// Blue, green and red.
        case packed
        /// The planes of the JPEG itself.
        case jpeg
        /// As cameras send them.
        case bt601, bt709, fullBT709

        var testDescription: String { rawValue }
    }

    private static let data = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("../shared/testdata").standardized.path
    private static let input = PictureInput(
        width: 416, height: 416, order: .rgb, mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375])
    private static let alarming: Set<String> = [
        "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "bird", "cat", "dog", "horse", "sheep",
        "cow",
        "elephant", "bear", "zebra", "giraffe",
    ]

    private func scenes() throws -> [Scene] {
        let data = try Data(contentsOf: URL(filePath: "\(Self.data)/INDEX.json"))
        let index = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require(index["entries"] as? [[String: Any]]).compactMap { entry in
            guard let file = entry["file"] as? String, file.hasPrefix("images/scenes/"),
                let labels = (entry["ground_truth"] as? [String: Any] ?? entry)["labels_min_count"] as? [String: Int]
            else { return nil }
            return Scene(path: "\(Self.data)/\(file)", labels: labels.keys.sorted())
        }
    }

    private func prepare(_ scene: Scene, _ way: Way) throws -> PreparedInput? {
        let preprocessor = PicturePreprocessor(Self.input)
        let held = try JPEGDecoder.decode(Array(try Data(contentsOf: URL(filePath: scene.path))))
        let (width, height) = (held.width, held.height)
        switch way {
        case .packed:
            return try preprocessor.prepare(PackedPicture(width: width, height: height, order: .bgr, bytes: try held.blueGreenRed()))
        case .jpeg:
            return try held.withPlanes { layout, luma, cb, cr in try preprocessor.prepare(luma: luma, cb: cb, cr: cr, layout) }
        case .bt601, .bt709, .fullBT709:
            let matrix = way == .bt601 ? "bt601" : "bt709"
            let range = way == .fullBT709 ? "full" : "limited"
            let bytes = try MediaTool.run(
                "ffmpeg",
                [
                    "-i", scene.path, "-vf", "scale=out_color_matrix=\(matrix):out_range=\(range)", "-pix_fmt", "yuv420p", "-f", "rawvideo",
                    "-",
                ]
            ).output
            let layout = PlanarLayout(
                width: width, height: height, lumaStride: width, chromaStride: (width + 1) / 2, isFullRange: way == .fullBT709,
                matrix: way == .bt601 ? .bt601 : .bt709)
            let chroma = layout.chromaWidth * layout.chromaHeight
            try #require(bytes.count == width * height + 2 * chroma)
            let luma = Array(bytes[..<(width * height)])
            let cb = Array(bytes[(width * height)..<(width * height + chroma)])
            let cr = Array(bytes[(width * height + chroma)...])
            return try preprocessor.prepare(luma: luma.span, cb: cb.span, cr: cr.span, layout)
        }
    }

    @Test("PicoDet finds 43 of 44 label groups, and nothing in the empty scenes, whichever way the picture comes", arguments: Way.allCases)
    func groups(way: Way) async throws {
        guard FileManager.default.fileExists(atPath: Self.data) else {
            print("skipped: ../shared/testdata is not here, so PicoDet's accuracy is not measured")
            return
        }
        let engine = OpenVINOEngine(try OpenVINOLibrary.find(named: nil))
        let model = try await engine.load(
            ModelBytes(network: "\(Self.data)/models/picodet_s_416_coco.onnx"), ModelSignature(input: Self.input.shape))
        var settings = DetectionDecoder.Settings()
        settings.minimumScore = 0.45
        let decoder = DetectionDecoder(.picoDet, width: 416, height: 416, labels: DetectorLabels.coco, settings: settings)
        var (groups, empty) = (0, 0)
        var missed: [String] = []
        var alarms: [String] = []
        for scene in try scenes() {
            let name = URL(filePath: scene.path).lastPathComponent
            let prepared = try #require(try prepare(scene, way))
            let decoded = try decoder.decode(try await model.run(prepared.values).outputs, prepared.placement)
            #expect(decoded.rejected == 0)
            let seen = Set(decoded.detections.map(\.label))
            for label in scene.labels where label != "animal" {
                groups += 1
                if !seen.contains(label) { missed.append("\(name): \(label)") }
            }
            guard scene.labels.isEmpty else { continue }
            empty += 1
            alarms += decoded.detections.filter { Self.alarming.contains($0.label) }.map { "\(name): \($0.label) \($0.score)" }
        }
        print("PicoDet, \(way.rawValue): \(groups - missed.count) of \(groups) label groups, missed \(missed); alarms \(alarms)")
        #expect(groups == 44 && empty == 12)
        #expect(missed.count <= 1, "\(missed)")
        #expect(alarms == [])
    }
}
