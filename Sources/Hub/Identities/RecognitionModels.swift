package import Protocol
import Sight
package import Vision

/// From which cosines somebody is known, by the model that made the numbers. A model that is not here is compared with nothing.
package enum RecognitionModels {
    package struct Calibration: Sendable, Hashable {
        package let kind: PortraitKind
        package let thresholds: GalleryMatcher.Thresholds
        /// Average cosine from which strangers are one.
        package let clustering: Double
        /// Numbers that it gives.
        package let numbers: Int
    }

    package static func calibration(of model: String) -> Calibration? { all[model] }

    /// The model that portraits of a kind are compared by, of those that the hub itself reads pictures with.
    package static func current(_ kind: PortraitKind) -> String {
        switch kind {
        case .face: SightModels.faceEmbedder
        case .animal: SightModels.animalReader
        }
    }

    /// Measured on the test data by `FaceAccuracyTests` and `PetAccuracyTests`: docs/reference/benchmarks.md says what comes of them.
    private static let all = [
        SightModels.faceEmbedder: Calibration(
            kind: .face, thresholds: GalleryMatcher.Thresholds(known: 0.45, probable: 0.36), clustering: 0.38, numbers: 256),
        SightModels.animalReader: Calibration(
            kind: .animal, thresholds: GalleryMatcher.Thresholds(known: 0.772, probable: 0.7), clustering: 0.75, numbers: 1280),
    ]
}
