private import Foundation
import Vision

/// The file of a classifier's labels: one class a line, in the order of its numbers. A label alone is no animal; `red fox = fox` is one of a group, and
/// `hedgehog = animal` one of none.
enum ClassifierLabels {
    static let key = "classifier.labels"
    /// Classes at most: the largest public classifiers have some ten thousand.
    static let limit = 20_000
    /// What is said where nothing narrower is sure.
    private static let animal = "animal"
    /// Groups whose animals have no names of their own, as those in ImageNet: by these words they are pets.
    private static let pets: Set<String> = ["cat", "dog"]

    /// - Throws: Where it cannot be read or is none. What is wrong is said by line, and nothing of the file is quoted.
    static func read(_ path: String) throws(SightError) -> AnimalTaxonomy {
        // Names that are written in two ways are one; those that ImageNet has are written as there, so that all that is known of a group stays so.
        var spelling = Dictionary(AnimalTaxonomy.imageNet.vocabulary.union([animal]).map { ($0.lowercased(), $0) }) { first, _ in first }
        var classes: [AnimalClass?] = []
        for (index, line) in try LabelFile.read(path, key: key, limit: limit).enumerated() {
            let parts = line.split(separator: "=", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count <= 2, !parts.contains("") else {
                throw SightError(
                    "line \(index + 1) of \(key) is none: write a label alone for what is no animal, or one = and its group, as in red fox = fox"
                )
            }
            let names = parts.map { part in
                let name = spelling[part.lowercased()] ?? part
                spelling[part.lowercased()] = name
                return name
            }
            classes.append(names.count == 2 ? animalClass(names[0], of: names[1]) : nil)
        }
        guard classes.contains(where: { $0 != nil }) else {
            throw SightError(
                "\(key) has no animal: write the group of each behind its name, as in red fox = fox, or = animal where it has none")
        }
        guard classes.contains(nil) else {
            throw SightError(
                "\(key) has animals only: without a class for what is none, which has no = in its line, whatever moves would be one")
        }
        return AnimalTaxonomy(classes)
    }

    private static func animalClass(_ name: String, of group: String) -> AnimalClass {
        AnimalClass(species: name == animal || pets.contains(group) ? nil : name, group: group == animal ? nil : group)
    }
}
