/// Whom a page is for: what it offers them.
struct PageVisitor {
    let account: String
    /// Whether the pages of people and pets are for them, which are of the whole installation.
    let knows: Bool
    /// Whether the page of recordings is for them: whether they may watch video of any camera.
    let watchesAnywhere: Bool
    /// Whether they change nodes and accounts of the whole installation.
    let administers: Bool
    /// Of what they may say that it was seen, and what it shows.
    let operated: AccessScope

    init(_ context: WebContext) {
        account = context.session?.account ?? ""
        knows = context.access.mayEverywhere(.identify)
        watchesAnywhere = context.access.scope(.watch) != .nothing
        administers = context.access.mayEverywhere(.administer)
        operated = context.access.scope(.operate)
    }

    /// For the templates, with what does not work.
    func values(_ notice: String?) -> [String: Any] {
        var out = values
        if let notice { out["notice"] = notice }
        return out
    }

    /// For the templates.
    var values: [String: Any] {
        [
            "account": account, "knows": knows, "watchesAnywhere": watchesAnywhere, "administers": administers,
            "operated": Self.text(operated),
        ]
    }

    /// For the scripts, in words that no name of a site or camera has.
    private static func text(_ scope: AccessScope) -> String {
        switch scope {
        case .everything: "everything"
        case .limited(let sites, let cameras):
            (sites.sorted().map { "site:\($0)" } + cameras.sorted().map { "camera:\($0)" }).joined(separator: " ")
        }
    }
}
