private import Foundation
private import Inference
private import Models
private import Vision

/// The models that a node sees with.
package enum SightModels {
    /// Where the models lie that `vigilar-edge models fetch` brings.
    package static func folder(in dataFolder: String) -> String { "\(dataFolder)/models" }

    /// Loads the detector for objects; takes a second.
    /// - Throws: `InferenceError` where there is no runtime, `ModelsError` where the model is not there or not the catalogue's.
    package static func objectDetector(folder: String) async throws -> ObjectDetector {
        let library = try OpenVINOLibrary.find(named: ProcessInfo.processInfo.environment[OpenVINOPlaces.variable])
        guard let model = ModelCatalogue.model(named: "picodet-s-416"), case .detector(let kind, let labels) = model.decoding else {
            throw ModelsError(.unknownName, "the catalogue has no detector")
        }
        let bytes = try ModelStore(folder).load(model)
        let runner = try await OpenVINOEngine(library).load(bytes, model.signature)
        var settings = DetectionDecoder.Settings()
        // Doubtful ones may go on with what is followed already; Zhang et al. 2022 take all above .1.
        settings.minimumScore = 0.2
        settings.limit = 100
        let decoder = DetectionDecoder(
            kind, width: model.input.width, height: model.input.height, labels: labels, settings: settings)
        return ObjectDetector(runner, input: model.input, decoder: decoder)
    }
}
