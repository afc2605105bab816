private import Protocol

/// What the page of somebody shows, as the template's values; the script asks for the rest.
struct IndividualView {
    var visitor: PageVisitor
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    var individual: Individual
    /// Whether whoever asks may change what is known of somebody.
    var operates: Bool

    var values: [String: Any] {
        let isPerson = individual.kind == .person
        var out = visitor.values(notice)
        out.merge(
            [
                "id": individual.id.description, "kind": individual.kind.rawValue, "name": individual.name, "operates": operates,
                "isPerson": isPerson, "isVisitors": isPerson, "isPets": !isPerson, "list": isPerson ? "/visitors" : "/pets",
                "all": isPerson ? "All people" : "All pets",
            ]
        ) { $1 }
        return out
    }
}
