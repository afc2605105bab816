/// What a model makes of a face or an animal: a direction. Two of one individual are near each other; only those of one model can be compared.
package struct Embedding: Sendable, Hashable {
    /// Of the catalogue.
    package let model: String
    /// Of length 1.
    package let values: [Float]

    /// - Returns: Nil where the numbers have no direction: none, all zero, or some that are no numbers.
    package init?(_ values: [Float], model: String) {
        let length = values.reduce(into: Double(0)) { $0 += Double($1) * Double($1) }.squareRoot()
        guard length.isFinite, length > 1e-9 else { return nil }
        self.model = model
        self.values = values.map { Float(Double($0) / length) }
    }

    /// Cosine of the angle between the two, -1…1.
    /// - Returns: Nil where they are of different models.
    package func likeness(to other: Embedding) -> Double? {
        guard model == other.model, values.count == other.values.count else { return nil }
        return Double(zip(values, other.values).reduce(Float(0)) { $0 + $1.0 * $1.1 })
    }

    /// The middle of several pictures of one individual: their votes.
    /// - Returns: Nil where there is none, or they are of different models.
    package static func middle(_ embeddings: [Embedding]) -> Embedding? {
        guard let first = embeddings.first, embeddings.allSatisfy({ $0.model == first.model && $0.values.count == first.values.count })
        else {
            return nil
        }
        var sum = [Float](repeating: 0, count: first.values.count)
        for embedding in embeddings { for (index, value) in embedding.values.enumerated() { sum[index] += value } }
        return Embedding(sum, model: first.model)
    }
}
