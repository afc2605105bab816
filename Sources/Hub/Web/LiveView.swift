/// What the page of live pictures shows, as the template's values.
struct LiveView {
    var visitor: PageVisitor
    /// Whether they may watch all that they may see.
    var isWhole = true
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    var cameras: [NodeOverview.Camera] = []

    init(visitor: PageVisitor, notice: String?) {
        self.visitor = visitor
        self.notice = notice
    }

    func values(icons: String) -> [String: Any] {
        var out: [String: Any] = [
            "isLive": true, "isEmpty": cameras.isEmpty, "isWhole": isWhole,
            "cameras": cameras.map { ["id": $0.id, "name": $0.name, "icons": icons] as [String: Any] },
        ]
        out.merge(visitor.values) { $1 }
        if let notice { out["notice"] = notice }
        return out
    }
}
