private import Foundation
private import Inference
private import Models
private import Vision

/// The models that a node sees with.
package enum SightModels {
    /// Where the models lie that `vigilar-edge models fetch` brings.
    package static func folder(in dataFolder: String) -> String { "\(dataFolder)/models" }

    private static let faceDetector = "yunet-n-640"
    private static let faceEmbedder = "face-reidentification-retail-0095"

    /// Score from which things count. Doubtful ones may go on with what is followed already; Zhang et al. 2022 take all above .1.
    private static let doubtful = 0.2

    /// Loads all models that are there; takes a second. Only the detector's is needed: where another one cannot be used, `shortcomings` says so.
    /// - Parameter settings: Of the detector: the catalogue's, or one of somebody's own.
    /// - Throws: `InferenceError` where there is no runtime, `ModelsError` where the detector's model is not there or not the catalogue's,
    ///   `SightError` where the configuration's cannot be used.
    package static func perception(folder: String, detector settings: DetectorSettings = DetectorSettings()) async throws -> Perception {
        let library = try OpenVINOLibrary.find(named: ProcessInfo.processInfo.environment[OpenVINOPlaces.variable])
        let (engine, store) = (OpenVINOEngine(library), ModelStore(folder))
        var perception = Perception(detector: try await objectDetector(engine, store, settings))
        do { perception.animals = try await animalReader(engine, store) } catch {
            perception.shortcomings.append("which animals there are is not told: \(error)")
        }
        do { perception.faces = try await faceReader(engine, store) } catch {
            perception.shortcomings.append("faces are not read: \(error)")
        }
        return perception
    }

    /// Loads what looks at single pictures.
    /// - Parameters:
    ///   - detector: The catalogue's, or one of somebody's own.
    ///   - minimumScore: Scores of objects must be above it.
    ///   - faces: Whether faces are wanted, too.
    /// - Throws: As `perception`, and `ModelsError` where a model is not there or not the catalogue's.
    package static func pictureModels(
        folder: String, detector settings: DetectorSettings = DetectorSettings(), minimumScore: Double, faces: Bool
    ) async throws -> (detector: ObjectDetector, faces: FaceReader?) {
        let library = try OpenVINOLibrary.find(named: ProcessInfo.processInfo.environment[OpenVINOPlaces.variable])
        let (engine, store) = (OpenVINOEngine(library), ModelStore(folder))
        let detector = try await objectDetector(engine, store, settings, minimumScore: minimumScore)
        return (detector, faces ? try await loadFaceReader(engine, store) : nil)
    }

    private static func objectDetector(
        _ engine: OpenVINOEngine, _ store: ModelStore, _ detector: DetectorSettings, minimumScore: Double = doubtful
    ) async throws -> ObjectDetector {
        var settings = DetectionDecoder.Settings()
        settings.minimumScore = minimumScore
        settings.limit = 100
        if let model = detector.model { return try await ConfiguredDetector(settings: detector, model: model).load(engine, settings) }
        let model = try model("picodet-s-416")
        guard case .detector(let kind, let labels) = model.decoding else {
            throw ModelsError(.unknownName, "the catalogue's \(model.name) is no detector")
        }
        try ConfiguredDetector.check(detector, labels)
        let runner = try await engine.load(try store.load(model), model.signature)
        let decoder = DetectionDecoder(
            kind, width: model.input.width, height: model.input.height, labels: labels, kinds: detector.kind, settings: settings)
        return ObjectDetector(runner, input: model.input, decoder: decoder)
    }

    /// - Returns: Nil where its file is not there.
    private static func animalReader(_ engine: OpenVINOEngine, _ store: ModelStore) async throws -> AnimalReader? {
        let model = try model("mobilenet-v2-224")
        guard store.has(model) else { return nil }
        return AnimalReader(try await engine.load(try store.load(model), model.signature), input: model.input, model: model.name)
    }

    /// - Returns: Nil where a file is not there.
    private static func faceReader(_ engine: OpenVINOEngine, _ store: ModelStore) async throws -> FaceReader? {
        let isThere = try [faceDetector, faceEmbedder].allSatisfy { store.has(try model($0)) }
        return isThere ? try await loadFaceReader(engine, store) : nil
    }

    private static func loadFaceReader(_ engine: OpenVINOEngine, _ store: ModelStore) async throws -> FaceReader {
        let (detector, embedder) = (try model(faceDetector), try model(faceEmbedder))
        return FaceReader(
            detector: try await engine.load(try store.load(detector), detector.signature), input: detector.input,
            embedder: try await engine.load(try store.load(embedder), embedder.signature), aligner: FaceAligner(embedder.input),
            model: embedder.name)
    }

    private static func model(_ name: String) throws(ModelsError) -> CatalogueModel {
        guard let model = ModelCatalogue.model(named: name) else {
            throw ModelsError(.unknownName, "the catalogue has no model \(name)")
        }
        return model
    }
}
