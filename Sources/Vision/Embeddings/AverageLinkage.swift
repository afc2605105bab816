/// Puts together what shows the same individual, without knowing whom: agglomerative clustering by the average of all cosines between two groups
/// (UPGMA, Sokal and Michener 1958). A chain of pictures each a little like the next does not make one group of many people, as it does by the
/// nearest pair.
package struct AverageLinkage: Sendable, Hashable {
    /// Average cosine from which two groups are one.
    package var threshold: Double

    package init(threshold: Double) { self.threshold = threshold }

    /// - Parameter embeddings: Those of different models are never in one group. Time and memory grow with the square of their number.
    /// - Returns: Places of the members of each group, in order; the largest group first.
    package func groups(_ embeddings: [Embedding]) -> [[Int]] {
        var groups = embeddings.indices.map { [$0] }
        // Averages to a merged group are the sums of the parts' (Lance and Williams 1967), so that no pair is compared twice.
        var likeness = [[Double]](repeating: [Double](repeating: -.infinity, count: embeddings.count), count: embeddings.count)
        for one in embeddings.indices {
            for other in 0..<one {
                let value = embeddings[one].likeness(to: embeddings[other]) ?? -.infinity
                (likeness[one][other], likeness[other][one]) = (value, value)
            }
        }
        // Each group's nearest, so that a merge looks at one row instead of all.
        var nearest = groups.indices.map { Self.nearest(to: $0, likeness, groups) }
        while true {
            guard
                let first = groups.indices.filter({ nearest[$0] != nil }).max(by: {
                    key($0, nearest, likeness) < key($1, nearest, likeness)
                }),
                let second = nearest[first], likeness[first][second] >= threshold
            else { break }
            let (a, b) = (Double(groups[first].count), Double(groups[second].count))
            groups[first] += groups[second]
            groups[second] = []
            for other in groups.indices where other != first && !groups[other].isEmpty {
                let average = (a * likeness[first][other] + b * likeness[second][other]) / (a + b)
                likeness[first][other] = average
                likeness[other][first] = average
            }
            nearest[second] = nil
            for other in groups.indices where !groups[other].isEmpty {
                if other == first || nearest[other] == first || nearest[other] == second {
                    nearest[other] = Self.nearest(to: other, likeness, groups)
                } else if let current = nearest[other], likeness[other][first] > likeness[other][current] {
                    nearest[other] = first
                }
            }
        }
        return groups.filter { !$0.isEmpty }.map { $0.sorted() }.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }

    private func key(_ group: Int, _ nearest: [Int?], _ likeness: [[Double]]) -> Double {
        nearest[group].map { likeness[group][$0] } ?? -.infinity
    }

    private static func nearest(to group: Int, _ likeness: [[Double]], _ groups: [[Int]]) -> Int? {
        groups.indices.filter { $0 != group && !groups[$0].isEmpty }.max { likeness[group][$0] < likeness[group][$1] }
    }
}
