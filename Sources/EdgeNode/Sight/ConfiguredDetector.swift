import Inference
import Sight
import Vision

/// A detector that the configuration names: read, and tried once, so that one that does not fit is refused before it looks at anything.
struct ConfiguredDetector {
    let settings: DetectorSettings
    let model: DetectorSettings.Model

    /// Makes it ready: up to a second.
    /// - Throws: What is wrong with its files or with what the configuration says of them, and what to do about it.
    func load(_ engine: OpenVINOEngine, _ decoding: DetectionDecoder.Settings) async throws(SightError) -> ObjectDetector {
        guard LabelFile.isFile(model.path) else {
            throw SightError("detector.model cannot be read: check that \(model.path) is there, a file and readable")
        }
        let labels = try model.labels.map(DetectorSettings.readLabels) ?? DetectorLabels.coco
        try Self.check(settings, labels)
        let input = model.input
        let decoder = DetectionDecoder(
            model.kind, width: input.width, height: input.height, labels: labels, kinds: settings.kind, settings: decoding)
        do {
            let runner = try await engine.load(ModelBytes(network: model.path), ModelSignature(input: input.shape))
            let trial = try await ModelTrial.run(runner, input, key: "detector.model")
            // What it gives must be what the decoder reads.
            _ = try decoder.decode(trial.result.outputs, trial.placement)
            return ObjectDetector(runner, input: input, decoder: decoder)
        } catch let error as InferenceError where error.code == .otherShape {
            throw SightError("detector.width and height do not fit the model, or it is not for one picture at a time: \(error)")
        } catch let error as DetectionError {
            throw SightError("detector.kind, width, height or the lines of detector.labels do not fit the model: \(error)")
        } catch let error as SightError { throw error } catch { throw SightError("detector.model cannot be used: \(error)") }
    }

    /// - Parameter labels: Of the detector.
    /// - Throws: Where what the configuration says of labels is not of this detector, or nothing would ever come of it.
    static func check(_ settings: DetectorSettings, _ labels: [String]) throws(SightError) {
        let unknown = Set(settings.kinds.keys).union(settings.ignored).subtracting(labels)
        if let first = unknown.min() {
            let shown = String(first.unicodeScalars.prefix(60).map { $0.properties.generalCategory == .control ? "·" : Character($0) })
            throw SightError("\"\(shown)\" in the table [detector] is none of the detector's labels: write it as it stands there")
        }
        guard labels.contains(where: { settings.kind(of: $0) != nil }) else {
            throw SightError(
                "nobody watches for any of the detector's labels: name them in people, pets, wildlife or vehicles of the table [detector]")
        }
    }
}
