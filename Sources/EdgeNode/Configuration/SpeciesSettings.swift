import Settings
import Vision

/// Which animals live where the node is: the table `[species]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `at_site` | array of names of species or groups | all that second looks know |
package struct SpeciesSettings: Sendable, Equatable {
    /// Nil: all that second looks know.
    package let atSite: Set<String>?

    static let keys = [KeyDescription("species.at_site", "array of names", standard: "all")]

    /// - Parameter classifier: Whose names they are; nil for the catalogue's.
    init(_ table: TableReader, classifier: ClassifierSettings?) {
        guard table.has("at_site") else {
            atSite = nil
            return
        }
        // Nil where its file cannot be read: then no second look names anything, which is told when it is loaded.
        let vocabulary = (classifier.map { $0.vocabulary } ?? AnimalTaxonomy.imageNet.vocabulary)?.union(["cat", "dog"])
        let known = Dictionary((vocabulary ?? []).map { ($0.lowercased(), $0) }) { first, _ in first }
        let listed = table.strings("at_site", atMost: vocabulary?.count ?? ClassifierLabels.limit, withBlanks: true)
        if listed.isEmpty { table.fail("at_site", "names no animal: name some, such as \"red fox\", or leave it out for all") }
        let list = classifier == nil ? "docs/reference/models.md lists them" : "the file of \(ClassifierLabels.key) lists them"
        var names: Set<String> = []
        for (index, name) in listed.enumerated() {
            if let canonical = vocabulary == nil ? name : known[name.lowercased()] {
                names.insert(canonical)
            } else {
                let nearest = EditDistance.nearest(to: name.lowercased(), among: known.keys).flatMap { known[$0] }
                table.fail(
                    "at_site",
                    "entry \(index + 1) is no animal that second looks know; "
                        + (nearest.map { "did you mean \"\($0)\"?" } ?? list))
            }
        }
        atSite = names
    }
}
