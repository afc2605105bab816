/// Tells who somebody is by the nearest of the pictures that others are known by.
package struct GalleryMatcher: Sendable, Hashable {
    /// Cosines from which somebody is known, and probably so.
    package struct Thresholds: Sendable, Hashable {
        package var known: Double
        package var probable: Double

        package init(known: Double, probable: Double) {
            self.known = known
            self.probable = probable
        }
    }

    /// What is said of somebody.
    package enum Verdict: Sendable, Hashable {
        /// The place in the gallery of the nearest picture, and the cosine.
        case known(Int, Double)
        case probable(Int, Double)
        case unknown
    }

    package var thresholds: Thresholds

    package init(_ thresholds: Thresholds) { self.thresholds = thresholds }

    /// - Parameter gallery: Pictures of other models are passed over: nobody is compared by them.
    package func match(_ embedding: Embedding, in gallery: [Embedding]) -> Verdict {
        var best: (place: Int, likeness: Double)?
        for (place, other) in gallery.enumerated() {
            guard let likeness = embedding.likeness(to: other), likeness > best?.likeness ?? -.infinity else { continue }
            best = (place, likeness)
        }
        guard let best, best.likeness >= thresholds.probable else { return .unknown }
        return best.likeness >= thresholds.known ? .known(best.place, best.likeness) : .probable(best.place, best.likeness)
    }
}
