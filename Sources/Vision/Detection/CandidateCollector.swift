/// Gathers the boxes of one inference that are worth comparing.
struct CandidateCollector {
    private(set) var rejected = 0
    private var candidates: [DetectionCandidate] = []
    private let minimumScore: Float
    private let limit: Int
    private let width: Float
    private let height: Float

    init(_ decoder: DetectionDecoder) {
        minimumScore = Float(decoder.settings.minimumScore)
        limit = max(decoder.settings.candidateLimit, 1)
        width = Float(decoder.width)
        height = Float(decoder.height)
    }

    /// The best label of a place, where its score is above the minimum. A score that is no number, or above 1, is none.
    /// - Parameters:
    ///   - scores: All numbers of the tensor.
    ///   - start: Where this place's begin.
    ///   - count: How many labels there are.
    ///   - factor: What all are multiplied with.
    mutating func label(_ scores: borrowing Span<Float>, at start: Int, count: Int, factor: Float = 1) -> (label: Int, score: Float)? {
        var best = -Float.infinity
        var label = 0
        var isSound = factor.isFinite
        for index in 0..<count {
            let score = scores[start &+ index]
            if score > best {
                best = score
                label = index
            }
            isSound = isSound && score == score
        }
        let score = best * factor
        // Written so that it also holds for what is no number.
        guard isSound, score <= 1.0001 else {
            rejected += 1
            return nil
        }
        return score > minimumScore ? (label, min(score, 1)) : nil
    }

    mutating func add(_ candidate: DetectionCandidate) {
        guard candidate.isSensible(width: width, height: height) else {
            rejected += 1
            return
        }
        candidates.append(candidate)
    }

    /// Best first, as many as are compared.
    func best() -> [DetectionCandidate] { Array(candidates.sorted(by: DetectionCandidate.isBetter).prefix(limit)) }
}
