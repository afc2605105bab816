/// What the page of people or pets shows, as the template's values; the script asks for the rest.
struct IndividualsView {
    var visitor: PageVisitor
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    var kind: IndividualKind
    /// Whether whoever asks may give names, and change what is known.
    var operates: Bool

    func values(icons: String) -> [String: Any] {
        var out: [String: Any] = [
            "kind": kind.rawValue, "icons": icons, "operates": operates,
            "heading": kind == .person ? "People" : "Pets", "icon": kind == .person ? "person" : "pet",
            "isPerson": kind == .person, "isVisitors": kind == .person, "isPets": kind == .pet,
            "hint": kind == .person
                ? "Once a camera has read a face it appears below, and you can say whose it is. Or add somebody by pictures."
                : "Once a camera has seen an animal it appears below, and you can say which one it is. Or add a pet by pictures.",
        ]
        out.merge(visitor.values) { $1 }
        if let notice { out["notice"] = notice }
        return out
    }
}
