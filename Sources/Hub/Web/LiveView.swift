/// What the page of live pictures shows, as the template's values.
struct LiveView {
    var account: String
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    var cameras: [NodeOverview.Camera] = []

    init(account: String, notice: String?) {
        self.account = account
        self.notice = notice
    }

    func values(icons: String) -> [String: Any] {
        var out: [String: Any] = [
            "account": account, "isLive": true, "isEmpty": cameras.isEmpty,
            "cameras": cameras.map { ["id": $0.id, "name": $0.name, "icons": icons] as [String: Any] },
        ]
        if let notice { out["notice"] = notice }
        return out
    }
}
