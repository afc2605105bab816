import Settings
package import Sight
package import Vision

/// A classifier that takes second looks in the place of the catalogue's: the table `[classifier]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `model` | path of an ONNX file | none: the catalogue's classifier |
/// | `labels` | path of a text file, one class a line | required with `model` |
/// | `output` | `logits` or `probabilities` | `logits` |
/// | `width` | integer 32–2048, pixels of the model's input | 224 |
/// | `height` | integer 32–2048 | the width |
/// | `colours` | `rgb` or `bgr` | `rgb` |
/// | `mean` | three numbers, in the order of `colours` | ImageNet's |
/// | `deviation` | three numbers | ImageNet's |
package struct ClassifierSettings: Sendable, Equatable {
    /// Absolute path of its file.
    package var model: String
    /// Absolute path of the file of its labels.
    package var labels: String
    /// What its numbers are.
    package var output: AnimalClassifier.Output
    /// How it wants a picture.
    package var input: PictureInput

    static let keys = [
        KeyDescription("classifier.model", "path", standard: "the catalogue's"),
        KeyDescription("classifier.labels", "path", standard: "none"),
        KeyDescription("classifier.output", "logits or probabilities", standard: "logits"),
        KeyDescription("classifier.width", "integer 32–2048", standard: "224"),
        KeyDescription("classifier.height", "integer 32–2048", standard: "the width"),
        KeyDescription("classifier.colours", "rgb or bgr", standard: "rgb"),
        KeyDescription("classifier.mean", "3 numbers", standard: "ImageNet's"),
        KeyDescription("classifier.deviation", "3 numbers", standard: "ImageNet's"),
    ]
    private static let modelKeys = ["labels", "output", "width", "height", "colours", "mean", "deviation"]

    package init(model: String, labels: String, output: AnimalClassifier.Output, input: PictureInput) {
        self.model = model
        self.labels = labels
        self.output = output
        self.input = input
    }

    /// Nil for the catalogue's.
    init?(_ table: TableReader) {
        guard table.has("model") else {
            for key in Self.modelKeys where table.has(key) { table.fail(key, "is for a classifier of your own: name its file in model") }
            return nil
        }
        let (model, labels) = (table.path("model"), table.path("labels"))
        if !table.has("labels") { table.fail("labels", "is missing: name a file with a line for each class of the model") }
        output = table.choice("output", AnimalClassifier.Output.allCases.map { ($0.rawValue, $0) }) ?? .logits
        let width = table.integer("width", in: 32...2048) ?? 224
        let order = table.choice("colours", PackedPicture.Order.allCases.map { ($0.rawValue, $0) }) ?? .rgb
        // As ImageNet's classifiers are published: their means and deviations are those of PicoDet.
        input = DetectorKind.picoDet.usualInput(width: width, height: table.integer("height", in: 32...2048) ?? width, order: order)
        input.takeNumbers(from: table)
        guard let model, let labels else { return nil }
        self.model = model
        self.labels = labels
    }

    /// What second looks can say. Nil where the file of labels cannot be read, which is told when the classifier is loaded.
    var vocabulary: Set<String>? { (try? ClassifierLabels.read(labels))?.vocabulary }
}
