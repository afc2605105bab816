/// Finds what a misspelt word was meant to be.
package enum EditDistance {
    /// The candidate nearest to `word`, by insertions, deletions, substitutions and swaps of neighbours (optimal string alignment);
    /// nil where none is near enough to be a likely slip: at most a third of the word's length, and at least 2.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(2, word.count / 3)
        // Words far longer than any key are no slips, and comparing them would be work for nothing.
        guard word.count <= 64 else { return nil }
        return candidates.map { (name: $0, distance: between(Array(word), Array($0))) }
            .filter { $0.distance <= limit && $0.distance < max(word.count, 1) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// The number of single edits from one word to the other.
    package static func between(_ a: [Character], _ b: [Character]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
