import HTTPTypes

extension Problem {
    static let noIndividual = Problem(
        .notFound, "not-found", "Nobody of this id", "There is no person or pet of this id, or they were taken away.")

    static let noMerge = Problem(
        .notFound, "not-found", "No such merge", "Nothing of this id is merged into them, or it was split already, or they were taken away."
    )

    init(identity error: RecognitionError) {
        switch error.code {
        case .unknownIndividual: self = .noIndividual
        case .noPortrait:
            self.init(
                .notFound, "not-found", "No such portrait",
                "The event has no portrait by which somebody could be known, or not yet, or it was deleted.")
        case .wrongKind:
            self.init(
                .conflict, "wrong-kind", "A person is no pet",
                "The event shows a person and the id is a pet's, or the other way round.")
        case .recognitionOff:
            self.init(
                .conflict, "recognition-off", "People are not recognised here",
                "Turn it on first, and say on what ground: PUT /api/v1/recognition.")
        case .sameIndividual:
            self.init(.conflict, "same-individual", "They are one already", "Nobody is merged into themselves: name another one.")
        case .differentKinds:
            self.init(.conflict, "wrong-kind", "A person is no pet", "One of the two is a person, and the other a pet.")
        }
    }
}
