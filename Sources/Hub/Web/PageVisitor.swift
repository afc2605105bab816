/// Whom a page is for: what it offers them.
struct PageVisitor {
    let account: String
    /// Whether the pages of people and pets are for them, which are of the whole installation.
    let knows: Bool
    /// Whether the page of recordings is for them: whether they may watch video of any camera.
    let watchesAnywhere: Bool
    /// Whether they change nodes and accounts of the whole installation.
    let administers: Bool

    init(_ context: WebContext) {
        account = context.session?.account ?? ""
        knows = context.access.mayEverywhere(.identify)
        watchesAnywhere = context.access.scope(.watch) != .nothing
        administers = context.access.mayEverywhere(.administer)
    }

    /// For the templates, with what does not work.
    func values(_ notice: String?) -> [String: Any] {
        var out = values
        if let notice { out["notice"] = notice }
        return out
    }

    /// For the templates.
    var values: [String: Any] {
        ["account": account, "knows": knows, "watchesAnywhere": watchesAnywhere, "administers": administers]
    }
}
