/// A box that a detector proposes, in pixels of its input.
struct DetectionCandidate: Sendable, Hashable {
    var left: Float
    var top: Float
    var right: Float
    var bottom: Float
    var score: Float
    /// Which of the detector's labels.
    var label: Int
    /// Its place in the outputs, which decides between equal scores.
    var place: Int

    var area: Float { (right - left) * (bottom - top) }

    /// Intersection over union, 0…1.
    func overlap(_ other: DetectionCandidate) -> Float {
        let width = min(right, other.right) - max(left, other.left)
        let height = min(bottom, other.bottom) - max(top, other.top)
        guard width > 0, height > 0 else { return 0 }
        let common = width * height
        return common / (area + other.area - common)
    }

    /// Whether it can be a box: of numbers, with an inside of a hundredth of a pixel each way, and no further outside an input of this
    /// size than `reach` times that size.
    func isSensible(width: Float, height: Float, reach: Float = 2) -> Bool {
        guard left.isFinite, top.isFinite, right.isFinite, bottom.isFinite, right - left > 0.01, bottom - top > 0.01 else { return false }
        return left > -reach * width && right < (1 + reach) * width && top > -reach * height && bottom < (1 + reach) * height
    }

    /// The order of trust: by score, equal ones by place.
    static func isBetter(_ a: DetectionCandidate, _ b: DetectionCandidate) -> Bool {
        a.score == b.score ? a.place < b.place : a.score > b.score
    }
}
