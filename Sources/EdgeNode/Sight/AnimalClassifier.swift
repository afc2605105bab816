package import Media
package import Vision

/// A second look at an animal, or at something that moves and that the detector has no word for: which animal it is, if any.
package struct AnimalClassifier: Sendable {
    /// Of the side of what is looked at to the animal's: the classifier was trained with something around it.
    private static let margin = 1.3

    private let model: any ModelRunner
    private let preprocessor: PicturePreprocessor

    package init(_ model: any ModelRunner, input: PictureInput) {
        self.model = model
        preprocessor = PicturePreprocessor(input)
    }

    /// - Parameter box: Of the animal, in fractions of the picture.
    /// - Returns: Scores of ImageNet's 1,000 classes; nil where nothing of the box lies in the picture.
    /// - Throws: Where the picture cannot be read, or the model fails or is none of ImageNet's.
    package func scores(in picture: HeldPicture, box: Box) async throws -> [Float]? {
        guard let part = Self.part(box, width: picture.width, height: picture.height) else { return nil }
        let input = try picture.withPlanes { layout, luma, cb, cr in
            try preprocessor.prepare(luma: luma, cb: cb, cr: cr, layout, part: part)
        }
        guard let input else { throw PreprocessingError("a picture has its colours in a way that classifiers do not read") }
        guard let output = try await model.run(input.values).outputs.first, output.values.count >= 1000 else {
            throw DetectionError("a classifier of ImageNet has 1,000 classes, and this has fewer")
        }
        // One for the background comes first in some.
        return Array(output.values.suffix(1000))
    }

    private static func part(_ box: Box, width: Int, height: Int) -> PixelRectangle? {
        guard let visible = box.clipped, width > 0, height > 0 else { return nil }
        let longest = max(visible.width * Double(width), visible.height * Double(height))
        let side = max(16, Int((longest * margin).rounded(.up)))
        let (across, down) = (min(side, width), min(side, height))
        func start(_ centre: Double, _ length: Int, _ whole: Int) -> Int {
            min(max(Int((centre * Double(whole)).rounded()) - length / 2, 0), whole - length)
        }
        return PixelRectangle(
            x: start(visible.centreX, across, width), y: start(visible.centreY, down, height), width: across, height: down)
    }
}
