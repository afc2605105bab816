private import Foundation
package import Inference
private import Models
package import Vision

/// The models of the catalogue that node and hub see with, each ready to look.
package struct SightModels: Sendable {
    private static let objectDetector = "picodet-s-416"
    /// Whose numbers animals are compared by.
    package static let animalReader = "mobilenet-v2-224"
    private static let faceDetector = "yunet-n-640"
    /// Whose numbers faces are compared by.
    package static let faceEmbedder = "face-reidentification-retail-0095"

    package let engine: OpenVINOEngine
    private let store: ModelStore

    /// - Parameter folder: Where the models lie that `vigilar-edge models fetch` brings.
    /// - Throws: `InferenceError` where there is no runtime.
    package init(folder: String) throws(InferenceError) {
        engine = OpenVINOEngine(try OpenVINOLibrary.find(named: ProcessInfo.processInfo.environment[OpenVINOPlaces.variable]))
        store = ModelStore(folder)
    }

    /// Where the models lie in a program's data folder.
    package static func folder(in dataFolder: String) -> String { "\(dataFolder)/models" }

    /// - Parameters:
    ///   - kinds: What is made of a label of the detector's.
    ///   - check: Gets the detector's labels before it is loaded, and may refuse them.
    /// - Throws: `ModelsError` where the model is not there or not the catalogue's, `InferenceError` where it cannot be run.
    package func objectDetector(
        _ settings: DetectionDecoder.Settings, kinds: (String) -> ObjectKind? = { ObjectKind(label: $0) },
        check: ([String]) throws -> Void = { _ in }
    ) async throws -> ObjectDetector {
        let model = try Self.model(Self.objectDetector)
        guard case .detector(let kind, let labels) = model.decoding else {
            throw ModelsError(.unknownName, "the catalogue's \(model.name) is no detector")
        }
        try check(labels)
        let runner = try await engine.load(try store.load(model), model.signature)
        let decoder = DetectionDecoder(
            kind, width: model.input.width, height: model.input.height, labels: labels, kinds: kinds, settings: settings)
        return ObjectDetector(runner, input: model.input, decoder: decoder)
    }

    /// - Throws: `ModelsError` where the model is not there or not the catalogue's, `InferenceError` where it cannot be run.
    package func animalReader() async throws -> AnimalReader {
        let model = try Self.model(Self.animalReader)
        return AnimalReader(try await engine.load(try store.load(model), model.signature), input: model.input, model: model.name)
    }

    /// - Throws: `ModelsError` where a model is not there or not the catalogue's, `InferenceError` where it cannot be run.
    package func faceReader() async throws -> FaceReader {
        let (detector, embedder) = (try Self.model(Self.faceDetector), try Self.model(Self.faceEmbedder))
        return FaceReader(
            detector: try await engine.load(try store.load(detector), detector.signature), input: detector.input,
            embedder: try await engine.load(try store.load(embedder), embedder.signature), aligner: FaceAligner(embedder.input),
            model: embedder.name)
    }

    /// Whether the files of all that reads single pictures are there.
    package var hasPictureReader: Bool {
        [Self.objectDetector, Self.animalReader, Self.faceDetector, Self.faceEmbedder].allSatisfy { name in
            ModelCatalogue.model(named: name).map { store.has($0) } ?? false
        }
    }

    private static func model(_ name: String) throws(ModelsError) -> CatalogueModel {
        guard let model = ModelCatalogue.model(named: name) else {
            throw ModelsError(.unknownName, "the catalogue has no model \(name)")
        }
        return model
    }
}
