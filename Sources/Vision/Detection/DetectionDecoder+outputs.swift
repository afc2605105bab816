private import Foundation

/// The outputs of each kind.
extension DetectionDecoder {
    /// Distances to each side of a box are told in so many steps.
    static let distanceSteps = 8

    func readPicoDet(_ outputs: [Tensor], _ collector: inout CandidateCollector) throws(DetectionError) {
        let grids = grid.counts.count
        guard outputs.count == 2 * grids else {
            throw DetectionError("a PicoDet has \(2 * grids) outputs, and this has \(outputs.count)")
        }
        var first = 0
        for (index, count) in grid.counts.enumerated() {
            let (scores, distances) = (outputs[index], outputs[index + grids])
            try expect(scores, count, labels.count)
            try expect(distances, count, 4 * Self.distanceSteps)
            for place in 0..<count {
                guard let found = collector.label(scores.values.span, at: place * labels.count, count: labels.count) else { continue }
                let start = place * 4 * Self.distanceSteps
                collector.add(box(around: first + place, distances.values.span, at: start, found))
            }
            first += count
        }
    }

    func readNanoDetPlus(_ outputs: [Tensor], _ collector: inout CandidateCollector) throws(DetectionError) {
        let width = labels.count + 4 * Self.distanceSteps
        let rows = try single(outputs, width)
        for place in grid.places.indices {
            let start = place * width
            guard let found = collector.label(rows.values.span, at: start, count: labels.count) else { continue }
            collector.add(box(around: place, rows.values.span, at: start + labels.count, found))
        }
    }

    func readYOLOX(_ outputs: [Tensor], _ collector: inout CandidateCollector) throws(DetectionError) {
        let width = labels.count + 5
        let rows = try single(outputs, width)
        let values = rows.values.span
        for (index, place) in grid.places.enumerated() {
            let start = index * width
            let found = collector.label(values, at: start + 5, count: labels.count, factor: values[start + 4])
            guard let found else { continue }
            let (x, y) = (place.x + values[start] * place.stride, place.y + values[start + 1] * place.stride)
            let (halfWidth, halfHeight) = (exp(values[start + 2]) * place.stride / 2, exp(values[start + 3]) * place.stride / 2)
            collector.add(
                DetectionCandidate(
                    left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight, score: found.score,
                    label: found.label, place: index))
        }
    }

    private func single(_ outputs: [Tensor], _ width: Int) throws(DetectionError) -> Tensor {
        guard outputs.count == 1, let output = outputs.first else {
            throw DetectionError("a \(kind.rawValue) has one output, and this has \(outputs.count)")
        }
        try expect(output, grid.places.count, width)
        return output
    }

    /// Rows may stand in outer dimensions of one.
    private func expect(_ tensor: Tensor, _ rows: Int, _ width: Int) throws(DetectionError) {
        guard tensor.shape.suffix(2) == [rows, width], tensor.shape.dropLast(2).allSatisfy({ $0 == 1 }), tensor.values.count == rows * width
        else {
            throw DetectionError(
                "an output of a \(kind.rawValue) for \(labels.count) labels and \(self.width)×\(height) pixels has \(rows)×\(width) numbers, "
                    + "and this has \(tensor.shape.map(String.init).joined(separator: "×"))")
        }
    }

    /// The box whose sides have these distances from a place.
    private func box(
        around index: Int, _ values: borrowing Span<Float>, at start: Int, _ found: (label: Int, score: Float)
    ) -> DetectionCandidate {
        let place = grid.places[index]
        let left = Self.distance(values, at: start) * place.stride
        let top = Self.distance(values, at: start + Self.distanceSteps) * place.stride
        let right = Self.distance(values, at: start + 2 * Self.distanceSteps) * place.stride
        let bottom = Self.distance(values, at: start + 3 * Self.distanceSteps) * place.stride
        return DetectionCandidate(
            left: place.x - left, top: place.y - top, right: place.x + right, bottom: place.y + bottom, score: found.score,
            label: found.label, place: index)
    }

    /// The mean of a distribution that is given by its unnormalised logarithms, in steps.
    static func distance(_ values: borrowing Span<Float>, at start: Int) -> Float {
        var highest = -Float.infinity
        for step in 0..<distanceSteps { highest = max(highest, values[start + step]) }
        var (sum, weighted): (Float, Float) = (0, 0)
        for step in 0..<distanceSteps {
            let weight = exp(values[start + step] - highest)
            sum += weight
            weighted += weight * Float(step)
        }
        return weighted / sum
    }
}
