import Media
import Sight
import Testing
import Vision

@testable import EdgeNode

@Suite struct PerceptionTests {
    /// A scorer that cannot say anything.
    private struct Broken: AnimalScorer {
        func scores(in picture: HeldPicture, box: Box, cost: inout LookCost) async throws -> [Float]? { throw DetectionError("broken") }
    }

    /// Sees a cat in the middle of whatever it is shown.
    private var detector: ObjectDetector {
        var values = [Float](repeating: 0, count: 84 * 6)
        // The first place of the finest grid: eight pixels a step, sizes by their logarithms.
        values.replaceSubrange(0..<6, with: [4, 4, 0.9, 0.9, 1, 0.9])
        return ObjectDetector(
            FixedModel(signature: ModelSignature(input: [1, 3, 64, 64]), outputs: [Tensor(shape: [1, 84, 6], values: values)]),
            input: PatchModel.input, decoder: DetectionDecoder(.yolox, width: 64, height: 64, labels: ["cat"], settings: .init()))
    }

    @Test("Where second looks fail an animal that the detector knows can be known again all the same, and the failure is told")
    func known() async throws {
        let settings = SightSettings(MotionSettings(), pictures: true, faces: false)
        let box = Box(x: 0.4, y: 0.4, width: 0.2, height: 0.2)
        let reader = AnimalReader(
            FixedModel(
                signature: ModelSignature(input: [1, 3, 64, 64]),
                outputs: [
                    Tensor(shape: [1, 4], values: [3, 0, 4, 0]), Tensor(shape: [1, 1000], values: [Float](repeating: 0, count: 1000)),
                ]),
            input: PictureInput(width: 64, height: 64, order: .rgb), model: "fixed")
        var perception = Perception(detector: detector, animals: reader)
        perception.scorer = Broken()
        var sight = CameraSight(settings: settings)
        var (failures, portraits) = (0, 0)
        for step in 0..<20 {
            let look = try TestLooks.look(at: Double(step) * 0.2, motion: [box])
            do { portraits += try await perception.look(at: look, with: &sight)?.outcome.portraits.count ?? 0 } catch {
                #expect("\(error.error)" == "broken")
                failures += 1
                portraits += error.outcome.portraits.count
            }
        }
        portraits += sight.finish().portraits.count
        #expect(failures > 0 && portraits > 0)
    }
}
