/// What the page of a screen shows, as the template's values.
struct KioskView {
    private let plan: KioskPlan
    private let names: [String: String]
    /// Of the tz database: that of the first camera's site; nil where nobody has said.
    private let zone: String?

    /// - Parameters:
    ///   - nodes: With the screen's cameras.
    ///   - zones: Names of the tz database, by site.
    init(_ kiosk: Kiosk, _ nodes: [NodeOverview], zones: [String: String]) {
        plan = kiosk.plan
        names = Dictionary(nodes.flatMap(\.cameras).map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        let first = kiosk.plan.cameras.first
        zone = nodes.first { node in node.cameras.contains { $0.id == first } }.flatMap { zones[$0.node.site] }
    }

    var values: [String: Any] {
        [
            "name": plan.name, "side": plan.side, "zone": zone ?? "",
            "cameras": plan.cameras.map { ["id": $0, "name": names[$0] ?? $0] as [String: Any] },
        ]
    }
}
