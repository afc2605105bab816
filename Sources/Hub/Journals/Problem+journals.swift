import HTTPTypes

extension Problem {
    static let noAnimal = Problem(
        .notFound, "not-found", "No such animal", "There is no event of this id that shows an animal, or it was deleted.")
    static let noRule = Problem(.notFound, "not-found", "No such rule", "There is no rule of this id, or it was deleted.")
}
