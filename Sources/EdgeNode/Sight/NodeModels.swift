private import Inference
package import Sight
private import Vision

/// The models that a node sees with.
package enum NodeModels {
    /// Score from which things count. Doubtful ones may go on with what is followed already; Zhang et al. 2022 take all above .1.
    private static let doubtful = 0.2

    /// Loads all that a node's configuration says.
    /// - Parameters:
    ///   - configuration: Nil for one that says nothing.
    ///   - folder: Of the models; nil for the one in the data folder.
    /// - Throws: As `perception(folder:detector:classifier:)`.
    package static func perception(_ configuration: EdgeConfiguration?, folder: String? = nil) async throws -> Perception {
        var perception = try await perception(
            folder: folder ?? SightModels.folder(in: configuration?.dataFolder ?? "./data"),
            detector: configuration?.detector ?? DetectorSettings(), classifier: configuration?.classifier)
        perception.animalJudge.species = configuration?.species.atSite
        return perception
    }

    /// Loads all models that are there; takes a second. Only the detector's is needed: where another one cannot be used, `shortcomings` says so.
    /// - Parameters:
    ///   - settings: Of the detector: the catalogue's, or one of somebody's own.
    ///   - classifier: Takes second looks; nil for the catalogue's.
    /// - Throws: `InferenceError` where there is no runtime, `ModelsError` where the detector's model is not there or not the catalogue's,
    ///   `SightError` where the configuration's cannot be used.
    package static func perception(
        folder: String, detector settings: DetectorSettings = DetectorSettings(), classifier: ClassifierSettings? = nil
    ) async throws -> Perception {
        let models = try SightModels(folder: folder)
        var perception = Perception(detector: try await objectDetector(models, settings))
        let loss = classifier == nil ? "which animals there are is not told" : "animals are not known again"
        do { perception.animals = try await models.animalReader() } catch { perception.shortcomings.append("\(loss): \(error)") }
        perception.scorer = perception.animals
        if let classifier {
            // What does not fit is not replaced by the catalogue's, which has other names.
            perception.scorer = nil
            do throws(SightError) {
                let own = try await ConfiguredClassifier(settings: classifier).load(models.engine)
                perception.scorer = own
                perception.animalJudge = AnimalJudge(own.taxonomy)
            } catch { perception.shortcomings.append("which animals there are is not told: \(error)") }
        }
        do { perception.faces = try await models.faceReader() } catch { perception.shortcomings.append("faces are not read: \(error)") }
        return perception
    }

    /// Loads what looks at single pictures.
    /// - Parameters:
    ///   - detector: The catalogue's, or one of somebody's own.
    ///   - minimumScore: Scores of objects must be above it.
    ///   - faces: Whether faces are wanted, too.
    ///   - animals: Whether what animals are known by is wanted, too.
    /// - Throws: As `perception`, and `ModelsError` where a model is not there or not the catalogue's.
    package static func pictureModels(
        folder: String, detector settings: DetectorSettings = DetectorSettings(), minimumScore: Double, faces: Bool, animals: Bool
    ) async throws -> (detector: ObjectDetector, faces: FaceReader?, animals: AnimalReader?) {
        let models = try SightModels(folder: folder)
        let detector = try await objectDetector(models, settings, minimumScore: minimumScore)
        return (detector, faces ? try await models.faceReader() : nil, animals ? try await models.animalReader() : nil)
    }

    private static func objectDetector(
        _ models: SightModels, _ detector: DetectorSettings, minimumScore: Double = doubtful
    ) async throws -> ObjectDetector {
        var settings = DetectionDecoder.Settings()
        settings.minimumScore = minimumScore
        settings.limit = 100
        if let model = detector.model {
            return try await ConfiguredDetector(settings: detector, model: model).load(models.engine, settings)
        }
        return try await models.objectDetector(settings, kinds: detector.kind) { try ConfiguredDetector.check(detector, $0) }
    }
}
