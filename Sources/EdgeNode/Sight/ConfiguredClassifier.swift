import Inference
import Sight
import Vision

/// A classifier that the configuration names: read, and tried once, so that one that does not fit is refused before it says anything.
struct ConfiguredClassifier {
    let settings: ClassifierSettings

    /// Makes it ready: up to a second.
    /// - Throws: What is wrong with its files or with what the configuration says of them, and what to do about it.
    func load(_ engine: OpenVINOEngine) async throws(SightError) -> AnimalClassifier {
        guard LabelFile.isFile(settings.model) else {
            throw SightError("classifier.model cannot be read: check that \(settings.model) is there, a file and readable")
        }
        let taxonomy = try ClassifierLabels.read(settings.labels)
        do {
            let runner = try await engine.load(ModelBytes(network: settings.model), ModelSignature(input: settings.input.shape))
            let classifier = AnimalClassifier(runner, input: settings.input, output: settings.output, taxonomy: taxonomy)
            try check(try await ModelTrial.run(runner, settings.input, key: "classifier.model").result, classifier)
            return classifier
        } catch let error as InferenceError where error.code == .otherShape {
            throw SightError("classifier.width and height do not fit the model, or it is not for one picture at a time: \(error)")
        } catch let error as DetectionError {
            throw SightError("the lines of classifier.labels do not fit the model: \(error)")
        } catch let error as SightError { throw error } catch { throw SightError("classifier.model cannot be used: \(error)") }
    }

    /// - Parameter result: Of an empty picture.
    /// - Throws: Where there is not a number for each label, or it is another one than the configuration says. Softmax of what are shares already makes all
    ///   much the same, and shares of what are none make nothing: both would fail silently.
    private func check(_ result: InferenceResult, _ classifier: AnimalClassifier) throws {
        _ = try classifier.shares(result)
        let appearance = AnimalClassifier.appearance(of: result)
        guard appearance == settings.output else {
            throw SightError(
                appearance == .probabilities
                    ? "the model's numbers are from 0 to 1 and sum up to 1: write classifier.output = \"probabilities\""
                    : "the model's numbers are not from 0 to 1 with a sum of 1: export the model with softmax, or without and leave classifier.output out"
            )
        }
    }
}
