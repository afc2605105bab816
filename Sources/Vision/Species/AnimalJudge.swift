/// Rolls the classes of a classifier up to the level that is sure: species, group, order, "animal". An owl whose species the classifier does not know is
/// spread over what looks like it; the sum over a group is what it is sure of.
package struct AnimalJudge: Sendable, Hashable {
    /// What the classes are.
    package let taxonomy: AnimalTaxonomy
    /// Share of the animals' scores that a species, a group and an order need to be said. MobileNetV2 takes the owl of the test data for a ruffed
    /// grouse, .78 sure: what is said by name needs more.
    package var speciesCertainty = 0.9
    package var groupCertainty = 0.85
    package var orderCertainty = 0.6
    /// Share that the likeliest narrower name needs to be guessed. Default .3.
    package var guessing = 0.3
    /// Sum of all animals' scores, at least, for there to be an animal at all. Default .5.
    package var presence = 0.5
    /// Animals that there are at a site, by the names of species or groups; nil: all. What is not among them is called by the narrowest name that holds
    /// one that is, or "animal". Cats and dogs may be anywhere.
    package var species: Set<String>? {
        didSet {
            present = species.map { $0.union(["cat", "dog"]) }
            names = present.map(taxonomy.names)
        }
    }
    /// Species and groups that there are; nil: all.
    private var present: Set<String>?
    /// Groups and orders that may be said; nil: all.
    private var names: Set<String>?

    package init(_ taxonomy: AnimalTaxonomy = .imageNet) { self.taxonomy = taxonomy }

    /// Share of the scores that animals have.
    /// - Returns: 0 where there are not as many scores as classes.
    package func presence(of scores: [Float]) -> Double {
        guard scores.count == taxonomy.classes.count, scores.allSatisfy(\.isFinite) else { return 0 }
        let everything = scores.reduce(0) { $0 + Double(max($1, 0)) }
        return everything > 0 ? taxonomy.animals.reduce(0) { $0 + Double(max(scores[$1], 0)) } / everything : 0
    }

    /// - Parameter scores: Of the classifier's classes, summing up to about 1.
    /// - Returns: Nil where it is no animal, or there are not as many scores as classes.
    package func judge(_ scores: [Float]) -> AnimalJudgement? {
        let found = presence(of: scores)
        guard found > 0, found >= presence else { return nil }
        let animals = taxonomy.animals.map { Double(max(scores[$0], 0)) }
        let all = animals.reduce(0, +)
        var bySpecies: [String: Double] = [:]
        var byGroup: [String: Double] = [:]
        var byOrder: [String: Double] = [:]
        for (index, score) in zip(taxonomy.animals, animals) where score > 0 {
            guard let animal = taxonomy.classes[index] else { continue }
            if let group = animal.group, maySay(group) { byGroup[group, default: 0] += score / all }
            if let order = animal.order, maySay(order) { byOrder[order, default: 0] += score / all }
            if let name = animal.species, present?.contains(name) ?? true { bySpecies[name, default: 0] += score / all }
        }
        let levels: [(level: AnimalJudgement.Level, best: (name: String, score: Double)?, certainty: Double)] = [
            (.species, Self.best(bySpecies), speciesCertainty), (.group, Self.best(byGroup), groupCertainty),
            (.order, Self.best(byOrder), orderCertainty),
        ]
        guard let sure = levels.firstIndex(where: { ($0.best?.score ?? 0) >= $0.certainty }), let best = levels[sure].best else {
            let guess = levels.reversed().lazy.compactMap(\.best).first { $0.score >= guessing }
            return AnimalJudgement(level: .animal, name: "animal", score: found, guess: guess?.name)
        }
        let narrower = levels[..<sure].reversed().lazy.compactMap(\.best).first { $0.score >= guessing && $0.name != best.name }
        return AnimalJudgement(level: levels[sure].level, name: best.name, score: best.score * found, guess: narrower?.name)
    }

    private func maySay(_ name: String) -> Bool { names?.contains(name) ?? true }

    /// Of several pictures of one animal: their scores are added up.
    package func judge(all pictures: [[Float]]) -> AnimalJudgement? {
        let usable = pictures.filter { $0.count == taxonomy.classes.count && $0.allSatisfy(\.isFinite) }
        guard !usable.isEmpty else { return nil }
        var sum = [Float](repeating: 0, count: taxonomy.classes.count)
        for scores in usable { for (index, score) in scores.enumerated() { sum[index] += score } }
        return judge(sum.map { $0 / Float(usable.count) })
    }

    private static func best(_ scores: [String: Double]) -> (name: String, score: Double)? {
        scores.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
    }
}
