import Foundation
import Inference
import Media
import TestSupport
import Testing
import Vision

/// What MobileNetV2 says of the animals of the test data, rolled up.
@Suite(.serialized) struct AnimalJudgementTests {
    private static let data = URL(filePath: FileManager.default.currentDirectoryPath)
        .appendingPathComponent("../shared/testdata").standardized.path
    private static let input = PictureInput(width: 224, height: 224, order: .rgb, layout: .interleaved)

    private func scores(_ model: any ModelRunner, _ picture: HeldPicture, part: PixelRectangle?) async throws -> [Float] {
        let preprocessor = PicturePreprocessor(Self.input)
        let prepared = try #require(
            try picture.withPlanes { layout, luma, cb, cr in try preprocessor.prepare(luma: luma, cb: cb, cr: cr, layout, part: part) })
        let values = try #require(try await model.run(prepared.values).outputs.first).values
        return values.suffix(1000).map { $0 }
    }

    @Test("experiment")
    func experiment() async throws {
        let engine = OpenVINOEngine(try OpenVINOLibrary.find(named: nil))
        let model = try await engine.load(
            ModelBytes(network: "\(Self.data)/models/mobilenet_v2_1.0_224_quant.tflite"), ModelSignature(input: Self.input.shape))
        let judge = AnimalJudge()
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(Self.data)/images/scenes").sorted() where name.hasSuffix(".jpg")
        {
            let held = try JPEGDecoder.decode(Array(try Data(contentsOf: URL(filePath: "\(Self.data)/images/scenes/\(name)"))))
            let scores = try await scores(model, held, part: nil)
            let total = scores.reduce(0, +)
            let animals = scores.prefix(398).reduce(0, +)
            print(
                "EXP", name, total, animals, judge.judge(scores).map { "\($0.level) \($0.name) \($0.score) \($0.guess ?? "-")" } ?? "none")
        }
        let folder = try TemporaryDirectory("frames")
        for second in ["8.9", "9.3", "9.8", "10.3", "10.8", "11.3"] {
            _ = try MediaTool.run(
                "ffmpeg",
                ["-y", "-ss", second, "-i", "\(Self.data)/video/ir-night-small-cat.mp4", "-frames:v", "1", folder.path("\(second).jpg")])
            let held = try JPEGDecoder.decode(Array(try Data(contentsOf: URL(filePath: folder.path("\(second).jpg")))))
            for box in [Box(x: 0.2, y: 0.15, width: 0.2, height: 0.2), Box(x: 0.25, y: 0.18, width: 0.1, height: 0.12)] {
                let (w, h) = (Double(held.width), Double(held.height))
                let side = Int(max(box.width * w, box.height * h))
                let part = PixelRectangle(
                    x: Int(box.x * w), y: Int(box.y * h), width: side, height: min(side, held.height - Int(box.y * h)))
                let scores = try await scores(model, held, part: part)
                print(
                    "EXP ir", second, box.width, scores.prefix(398).reduce(0, +),
                    judge.judge(scores).map { "\($0.level) \($0.name) \($0.score) \($0.guess ?? "-")" } ?? "none")
            }
        }
    }
}
