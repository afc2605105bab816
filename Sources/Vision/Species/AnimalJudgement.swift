/// What a classifier says of an animal, at the level that it is sure of.
package struct AnimalJudgement: Sendable, Hashable {
    /// How narrow it is.
    package enum Level: String, Sendable, Hashable { case species, group, order, animal }

    package var level: Level
    /// "red fox", "fox", "wild dog", "animal".
    package var name: String
    /// 0…1: of everything that has this name.
    package var score: Double
    /// A narrower name that is likelier than any other, without being sure: "probably an owl".
    package var guess: String?

    package init(level: Level, name: String, score: Double, guess: String? = nil) {
        self.level = level
        self.name = name
        self.score = score
        self.guess = guess
    }
}
