/// What the page of live pictures shows, as the template's values.
struct LiveView {
    /// The cameras of one site.
    private struct Site {
        let name: String
        var cameras: [NodeOverview.Camera]
    }

    var visitor: PageVisitor
    /// Whether they may watch all that they may see.
    var isWhole = true
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    /// Those that have cameras, by name.
    private var sites: [Site] = []
    /// The only one that is shown; nil where all are.
    private var chosen: String?

    init(visitor: PageVisitor, notice: String?) {
        self.visitor = visitor
        self.notice = notice
    }

    /// Shows the cameras of these nodes.
    /// - Parameter site: The only one whose cameras are wanted; nil for all. Where there is no such site all are shown, and the notice
    ///   says so.
    mutating func show(_ nodes: [NodeOverview], site: String?) {
        let bySite = Dictionary(grouping: nodes, by: \.node.site).mapValues { $0.flatMap(\.cameras) }
        sites = bySite.filter { !$0.value.isEmpty }.map { Site(name: $0.key, cameras: $0.value) }.sorted { $0.name < $1.name }
        guard let site else { return }
        if !sites.contains(where: { $0.name == site }) {
            notice = [notice, "No camera is at the site of this address, so all are shown."].compactMap { $0 }.joined(separator: " ")
        } else if sites.count > 1 {
            chosen = site
        }
    }

    func values(icons: String) -> [String: Any] {
        let shown = sites.filter { chosen == nil || $0.name == chosen }
        var out: [String: Any] = [
            "isLive": true, "isEmpty": sites.isEmpty, "isWhole": isWhole, "hasSites": sites.count > 1, "isOfAllSites": chosen == nil,
            "hasHeadings": shown.count > 1,
            "sites": sites.map { ["site": $0.name, "isChosen": $0.name == chosen] as [String: Any] },
            "groups": shown.map { site -> [String: Any] in
                ["site": site.name, "cameras": site.cameras.map { Self.values($0, icons: icons) }]
            },
        ]
        out.merge(visitor.values) { $1 }
        if let notice { out["notice"] = notice }
        if let chosen { out["chosen"] = chosen }
        return out
    }

    private static func values(_ camera: NodeOverview.Camera, icons: String) -> [String: Any] {
        [
            "id": camera.id, "name": camera.name, "hasSubStream": camera.hasSubStream, "state": "waiting",
            "words": "Waiting for the picture…", "icons": icons,
        ]
    }
}
