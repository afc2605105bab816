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

    init(_ table: TableReader) {
        guard table.has("at_site") else {
            atSite = nil
            return
        }
        let known = Dictionary(ImageNetAnimals.vocabulary.map { ($0.lowercased(), $0) }) { first, _ in first }
        let listed = table.strings("at_site", atMost: ImageNetAnimals.vocabulary.count, withBlanks: true)
        if listed.isEmpty { table.fail("at_site", "names no animal: name some, such as \"red fox\", or leave it out for all") }
        var names: Set<String> = []
        for (index, name) in listed.enumerated() {
            if let canonical = known[name.lowercased()] {
                names.insert(canonical)
            } else {
                let nearest = EditDistance.nearest(to: name.lowercased(), among: known.keys).flatMap { known[$0] }
                table.fail(
                    "at_site",
                    "entry \(index + 1) is no animal that second looks know; "
                        + (nearest.map { "did you mean \"\($0)\"?" } ?? "docs/reference/models.md lists them"))
            }
        }
        atSite = names
    }
}
