import Foundation
import Testing

@testable import Vision

@Suite struct FaceDecoderTests {
    private static let side = 64
    private static let counts = [64, 16, 4]
    private let decoder = FaceDecoder(width: side, height: side)
    private let placement = InputPlacement(
        pictureWidth: 128, pictureHeight: 128, part: PixelRectangle(x: 0, y: 0, width: 128, height: 128), scaleX: 0.5, scaleY: 0.5)

    private func outputs() -> [Tensor] {
        [1, 1, 4, 10].flatMap { width in
            Self.counts.map { Tensor(shape: [1, $0, width], values: [Float](repeating: 0, count: $0 * width)) }
        }
    }

    /// A face in a cell of the grid of 16 pixels.
    private func put(_ outputs: inout [Tensor], cell: Int, score: Float) {
        outputs[1].values[cell] = score
        outputs[4].values[cell] = score
        for (index, value) in [0.5, 0.25, log(2), log(3)].enumerated() { outputs[7].values[4 * cell + index] = Float(value) }
        for index in 0..<10 { outputs[10].values[10 * cell + index] = Float(index) / 10 }
    }

    @Test("Scores, boxes and landmarks come out where they lie in the picture")
    func faces() throws {
        var outputs = outputs()
        put(&outputs, cell: 5, score: 0.81)
        let face = try #require(try decoder.decode(outputs, placement).first)
        // Cell 5 is the second of the second row.
        #expect(abs(face.score - 0.81) < 1e-6)
        #expect(abs(face.box.x - (24 - 16) / 64) < 1e-6 && abs(face.box.y - (20 - 24) / 64) < 1e-6)
        #expect(abs(face.box.width - 0.5) < 1e-6 && abs(face.box.height - 0.75) < 1e-6)
        #expect(face.landmarks.count == 5)
        #expect(abs(face.landmarks[1].x - (0.2 + 1) * 16 / 64) < 1e-6 && abs(face.landmarks[1].y - (0.3 + 1) * 16 / 64) < 1e-6)
    }

    @Test("Of several around one face the best is left; doubtful ones and those of numbers that are none are not there")
    func suppression() throws {
        var outputs = outputs()
        put(&outputs, cell: 5, score: 0.9)
        put(&outputs, cell: 6, score: 0.95)
        put(&outputs, cell: 15, score: 0.5)
        #expect(try decoder.decode(outputs, placement).map { Float($0.score) } == [0.95])
        for (tensor, value) in [(1, Float.nan), (4, .nan), (7, .nan), (7, .infinity), (10, .nan), (7, 1e9)] {
            var broken = self.outputs()
            put(&broken, cell: 5, score: 0.9)
            let width = broken[tensor].values.count / Self.counts[1]
            broken[tensor].values[5 * width + width / 2] = value
            #expect(try decoder.decode(broken, placement) == [], "\(tensor) \(value)")
        }
    }

    @Test("Outputs of another model are refused")
    func otherShape() {
        #expect(throws: DetectionError.self) { try decoder.decode([], placement) }
        var outputs = outputs()
        outputs[3].values.removeLast()
        #expect(throws: DetectionError.self) { try decoder.decode(outputs, placement) }
    }
}
