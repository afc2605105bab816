/// Which classes of a classifier are animals, and what these are of.
package struct AnimalTaxonomy: Sendable, Hashable {
    /// By the class's place; nil where it is no animal.
    package let classes: [AnimalClass?]
    /// Places of those that are.
    let animals: [Int]
    /// All that can be said of an animal: species, groups, and what these are of.
    package let vocabulary: Set<String>

    /// - Parameter classes: Of the classifier, by their places.
    package init(_ classes: [AnimalClass?]) {
        self.classes = classes
        animals = classes.indices.filter { classes[$0] != nil }
        vocabulary = Set(classes.flatMap { [$0?.species, $0?.group, $0?.order].compactMap(\.self) })
    }

    /// The classifier's that the catalogue has.
    package static let imageNet = AnimalTaxonomy(
        (0..<ImageNetAnimals.classCount).map { index in
            ImageNetAnimals.group(of: index).map { AnimalClass(species: ImageNetAnimals.species(of: index), group: $0) }
        })

    /// Those names, and the broader ones that hold one of them.
    func names(holding listed: Set<String>) -> Set<String> {
        var all = listed
        for animal in classes.compactMap(\.self) where [animal.species, animal.group].contains(where: { $0.map(listed.contains) ?? false })
        {
            all.formUnion([animal.group, animal.order].compactMap(\.self))
        }
        return all
    }
}
