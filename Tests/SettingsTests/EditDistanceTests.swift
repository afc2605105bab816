import Testing

@testable import Settings

@Suite struct EditDistanceTests {
    @Test(
        "Counts insertions, deletions, substitutions and swaps",
        arguments: [
            ("", "", 0), ("a", "", 1), ("", "abc", 3), ("listen", "listen", 0), ("listn", "listen", 1), ("lsiten", "listen", 1),
            ("borker", "broker", 1), ("data", "date", 1), ("kitten", "sitting", 3),
        ]
    )
    func distance(a: String, b: String, edits: Int) {
        #expect(EditDistance.between(Array(a), Array(b)) == edits)
        #expect(EditDistance.between(Array(b), Array(a)) == edits)
    }

    @Test(
        "Finds what a slip was meant to be, and nothing for another word",
        arguments: [
            ("sensitivty", "sensitivity"), ("minimal_area", "minimum_area"), ("Gate", "gate"), ("zones", "zone"), ("weather", nil),
            ("x", nil),
            (String(repeating: "gate", count: 10_000), nil),
        ] as [(String, String?)]
    )
    func nearest(word: String, meant: String?) {
        let known = ["sensitivity", "minimum_area", "minimum_duration", "gate", "masks", "zone"]
        #expect(EditDistance.nearest(to: word, among: known) == meant)
    }
}
