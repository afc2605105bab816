/// Of several boxes around one thing keeps the best, each label for itself.
enum NonMaximumSuppression {
    /// - Parameters:
    ///   - candidates: Best first.
    ///   - overlap: Intersection over union beyond which the lesser of two boxes of one label goes.
    ///   - limit: How many are kept at most.
    /// - Returns: Best first.
    static func keep(_ candidates: [DetectionCandidate], overlap: Float, limit: Int) -> [DetectionCandidate] {
        var kept: [DetectionCandidate] = []
        for candidate in candidates {
            guard kept.count < limit else { break }
            if !kept.contains(where: { $0.label == candidate.label && $0.overlap(candidate) > overlap }) { kept.append(candidate) }
        }
        return kept
    }
}
