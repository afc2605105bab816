import Foundation
import Synchronization
import Vision

/// A detector for tests: finds the one patch that stands out of a picture's brightness, and calls it a person. In the form of YOLOX with an input
/// of 64 × 64 and one class.
struct PatchModel: ModelRunner {
    static let input = PictureInput(width: 64, height: 64, order: .rgb)
    static let decoder: DetectionDecoder = {
        var settings = DetectionDecoder.Settings()
        settings.minimumScore = 0.2
        return DetectionDecoder(.yolox, width: 64, height: 64, labels: ["person"], settings: settings)
    }()

    /// How far from the picture's middle brightness a pixel must be.
    private static let contrast: Float = 70
    /// Rows of the grids of 8, 16 and 32 pixels.
    private static let rows = 64 + 16 + 4

    let signature = ModelSignature(input: input.shape)
    private let calls = CallCount()
    /// Fails in each so manieth call; 0 never.
    let failsEvery: Int
    /// Whether one of its places gives what is no number.
    let isDamaged: Bool

    /// Whether it sees anything.
    let sees: Bool

    init(failsEvery: Int = 0, isDamaged: Bool = false, sees: Bool = true) {
        self.sees = sees
        self.failsEvery = failsEvery
        self.isDamaged = isDamaged
    }

    struct Failure: Error {}

    final class CallCount: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    func run(_ input: [Float]) async throws -> InferenceResult {
        let number = calls.next()
        if failsEvery > 0, number % failsEvery == 0 { throw Failure() }
        let pixels = input.prefix(64 * 64)
        let middle = pixels.sorted()[64 * 32]
        let places = pixels.enumerated().filter { abs($0.element - middle) > Self.contrast }.map(\.offset)
        var values = [Float](repeating: 0, count: Self.rows * 6)
        if sees, places.count > 8 {
            let (columns, lines) = (places.map { $0 % 64 }.sorted(), places.map { $0 / 64 }.sorted())
            func span(_ sorted: [Int]) -> (middle: Float, length: Float) {
                // Without the outermost hundredths: noise is not of it.
                let (from, to) = (sorted[sorted.count / 50], sorted[sorted.count - 1 - sorted.count / 50])
                return (Float(from + to + 1) / 2, Float(to - from + 1))
            }
            let (across, down) = (span(columns), span(lines))
            values[0] = across.middle / 8
            values[1] = down.middle / 8
            values[2] = log(across.length / 8)
            values[3] = log(down.length / 8)
            values[4] = 1
            values[5] = 0.9
        }
        if isDamaged { values[values.count - 2] = .nan }
        return InferenceResult(outputs: [Tensor(shape: [1, Self.rows, 6], values: values)])
    }
}
