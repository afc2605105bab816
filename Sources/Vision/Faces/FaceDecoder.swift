private import Foundation

/// Reads the outputs of YuNet (Wu, Peng and Yu 2023): for grids of 8, 16 and 32 pixels scores of a face, scores of anything, boxes and five
/// landmarks, each a tensor. Pure, and made once for a model.
package struct FaceDecoder: Sendable {
    /// What is kept.
    package struct Settings: Sendable, Hashable {
        /// Scores must be above it. Default .6, the publication's.
        package var minimumScore = 0.6
        /// Intersection over union beyond which the lesser of two boxes goes. Default .3, the publication's.
        package var overlap = 0.3
        /// Faces, at most: the best.
        package var limit = 100
        /// Boxes that are compared with one another, at most: the best.
        package var candidateLimit = 1000

        package init() {}
    }

    private static let strides = [8, 16, 32]
    private static let landmarks = 5

    private let width: Int
    private let height: Int
    package var settings: Settings

    /// - Parameters:
    ///   - width: Of the model's input, in pixels.
    ///   - height: Of the model's input, in pixels.
    package init(width: Int, height: Int, settings: Settings = Settings()) {
        self.width = width
        self.height = height
        self.settings = settings
    }

    private struct Found {
        var candidate: DetectionCandidate
        /// In pixels of the input.
        var points: [(x: Float, y: Float)]
    }

    /// Reads the outputs of one inference.
    /// - Parameter placement: Where the input came from in the picture.
    /// - Returns: The best first.
    /// - Throws: Where they are not those of a YuNet of this size.
    package func decode(_ outputs: [Tensor], _ placement: InputPlacement) throws(DetectionError) -> [DetectedFace] {
        guard outputs.count == 4 * Self.strides.count else {
            throw DetectionError("a YuNet has \(4 * Self.strides.count) outputs, and this has \(outputs.count)")
        }
        var found: [Found] = []
        for (index, stride) in Self.strides.enumerated() {
            let (columns, rows) = (width / stride, height / stride)
            let tensors = try (0..<4).map { kind throws(DetectionError) in
                try checked(outputs[index + kind * Self.strides.count], rows: columns * rows, width: [1, 1, 4, 2 * Self.landmarks][kind])
            }
            for place in 0..<(columns * rows) {
                let cell = (x: Float(place % columns), y: Float(place / columns))
                if let face = read(tensors, place, cell, Float(stride), number: found.count) { found.append(face) }
            }
        }
        let sorted = found.sorted { DetectionCandidate.isBetter($0.candidate, $1.candidate) }.prefix(settings.candidateLimit)
        var kept: [Found] = []
        for one in sorted where kept.count < settings.limit {
            if !kept.contains(where: { $0.candidate.overlap(one.candidate) > Float(settings.overlap) }) { kept.append(one) }
        }
        return kept.map { face in
            let box = face.candidate
            return DetectedFace(
                score: Double(box.score),
                box: placement.box(left: Double(box.left), top: Double(box.top), right: Double(box.right), bottom: Double(box.bottom)),
                landmarks: face.points.map { point in
                    let place = placement.box(left: Double(point.x), top: Double(point.y), right: Double(point.x), bottom: Double(point.y))
                    return PicturePoint(x: place.x, y: place.y)
                })
        }
    }

    /// - Returns: Nil where there is no face, or one of numbers that are none.
    private func read(_ tensors: [Tensor], _ place: Int, _ cell: (x: Float, y: Float), _ stride: Float, number: Int) -> Found? {
        let (face, thing) = (tensors[0].values[place], tensors[1].values[place])
        let score = (min(max(face, 0), 1) * min(max(thing, 0), 1)).squareRoot()
        // Written so that it also holds for what is no number.
        guard score > Float(settings.minimumScore), face.isFinite, thing.isFinite else { return nil }
        let box = tensors[2].values[(4 * place)..<(4 * place + 4)].map { $0 }
        let centre = (x: (cell.x + box[0]) * stride, y: (cell.y + box[1]) * stride)
        let half = (x: exp(box[2]) * stride / 2, y: exp(box[3]) * stride / 2)
        let candidate = DetectionCandidate(
            left: centre.x - half.x, top: centre.y - half.y, right: centre.x + half.x, bottom: centre.y + half.y, score: score, label: 0,
            place: number)
        let points = (0..<Self.landmarks).map { point in
            let start = 2 * (Self.landmarks * place + point)
            return (x: (tensors[3].values[start] + cell.x) * stride, y: (tensors[3].values[start + 1] + cell.y) * stride)
        }
        guard candidate.isSensible(width: Float(width), height: Float(height)),
            points.allSatisfy({ abs($0.x) < 4 * Float(width) && abs($0.y) < 4 * Float(height) })
        else { return nil }
        return Found(candidate: candidate, points: points)
    }

    private func checked(_ tensor: Tensor, rows: Int, width: Int) throws(DetectionError) -> Tensor {
        guard tensor.shape.suffix(2) == [rows, width], tensor.shape.dropLast(2).allSatisfy({ $0 == 1 }), tensor.values.count == rows * width
        else {
            throw DetectionError(
                "an output of a YuNet for \(self.width)×\(height) pixels has \(rows)×\(width) numbers, and this has "
                    + tensor.shape.map(String.init).joined(separator: "×"))
        }
        return tensor
    }
}
