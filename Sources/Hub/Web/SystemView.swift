private import Base
import Protocol

/// What the page of nodes shows, as the template's values.
struct SystemView {
    var visitor: PageVisitor
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    /// What to do for the hub's keys; nil where all is well.
    var keysWarning: String?
    var nodes: [NodeOverview] = []

    init(visitor: PageVisitor, notice: String?) {
        self.visitor = visitor
        self.notice = notice
    }

    func values(icons: String) -> [String: Any] {
        var out: [String: Any] = [
            "isSystem": true, "isEmpty": nodes.isEmpty, "nodes": nodes.map { Self.values($0, icons: icons) },
            "blank": [
                "icons": icons, "name": "", "place": "", "state": "never", "stateLabel": "", "figures": [[String: Any]](),
                "cameras": [[String: Any]](),
            ] as [String: Any],
            "blankCamera": [
                "icons": icons, "icon": "camera", "id": "", "name": "", "state": "unknown", "stateLabel": "", "figures": [String](),
            ]
                as [String: Any],
        ]
        out.merge(visitor.values) { $1 }
        if let notice { out["notice"] = notice }
        if let keysWarning { out["keysWarning"] = keysWarning }
        return out
    }

    private static func values(_ node: NodeOverview, icons: String) -> [String: Any] {
        var out: [String: Any] = [
            "icons": icons, "name": node.node.name, "place": NodeLabels.place(node), "state": node.state.rawValue,
            "stateLabel": NodeLabels.state(node), "isAsking": node.node.asksSince != nil, "isRevoked": node.node.revokedAt != nil,
            "figures": NodeLabels.figures(node).map { ["name": $0.name, "value": $0.value, "isWarning": $0.isWarning] as [String: Any] },
            "cameras": node.cameras.map { camera -> [String: Any] in
                [
                    "icons": icons, "icon": camera.state == .offline ? "camera-off" : "camera", "id": camera.id, "name": camera.name,
                    "state": camera.state.rawValue,
                    "stateLabel": NodeLabels.state(camera.state), "figures": NodeLabels.figures(camera),
                ]
            },
        ]
        if let record = node.record {
            out["since"] = record.since.rfc3339
            out["sinceLabel"] = "\(record.since.rfc3339.prefix(10)) \(record.since.rfc3339.dropFirst(11).prefix(8)) UTC"
            if let why = record.why { out["why"] = why }
        }
        return out
    }
}
