private import Base
private import Protocol

/// What the page of all components shows, as the template's values: each in each of its states, of cameras, nodes and events that are made up.
struct ComponentsView {
    let visitor: PageVisitor
    /// What does not work, in a sentence; nil where all is well.
    let notice: String?

    func values(icons: String) throws -> [String: Any] {
        var out = visitor.values(notice)
        out["isStill"] = true
        // Who adds cameras does so on the page of nodes.
        out["administers"] = false
        out["connections"] = Self.connections
        out["settingsStates"] = Self.settingsStates
        out["rows"] = try Self.events(seenBy: visitor.account).map { EventRow.values($0, icons: icons) }
        out["tiles"] = [
            Self.tile("front-door", "Front door", "live", "", icons), Self.tile("yard", "Yard", "live", "", icons, isActive: true),
            Self.tile("garage", "Garage", "waiting", "The picture is 40 s old", icons),
            Self.tile("attic", "Attic", "waiting", "The camera is off", icons),
        ]
        out["days"] = Self.days
        out["stores"] = Self.stores
        out["nodes"] = Self.nodes(icons)
        out["symbols"] = Self.symbols.map { ["name": $0] }
        return out
    }

    private static let connections = [
        ["state": "live", "words": "Live"], ["state": "reconnecting", "words": "Reconnecting…"],
        ["state": "stale", "words": "Not live: what is shown may be old"], ["state": "off", "words": "Not live"],
    ]

    private static let settingsStates = [
        ["state": "applied", "words": "The node does what is set."], ["state": "waiting", "words": "Waiting for the node…"],
        ["state": "refused", "words": "The node refuses, and says why."],
    ]

    private static var days: [[String: Any]] {
        [["id": "front-door", "name": "Front door", "node": "porch", "oldest": "", "operates": true]]
    }

    private static var stores: [[String: Any]] {
        [
            ["node": "porch", "share": "0.4", "words": "60 GB of 100 GB free", "isWarning": false],
            ["node": "barn", "share": "0.97", "words": "3 GB of 100 GB free", "isWarning": true],
        ]
    }

    /// Of each type one, with all severities in turn; the first goes on, and every fourth was seen.
    private static func events(seenBy account: String) throws -> [StoredEvent] {
        let end = Timestamp(microseconds: 1_790_000_000_000_000)
        return try EventLabels.types.enumerated().map { index, kind in
            let start = end.advanced(bySeconds: -60 * Double(index))
            let event = try Event(
                id: EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(index)), rev: 1, node: "porch", epoch: "e1",
                seq: Int64(index) + 1, site: "home", sourceID: "front-door", type: kind.type,
                severity: Severity.allCases[index % Severity.allCases.count], ts: start,
                endTS: kind.lasts && index > 0 ? start.advanced(bySeconds: 21) : nil,
                payload: Array(#"{"score":0.87,"why":{"area":0.12},"zones":["drive"]}"#.utf8))
            let isSeen = index % 4 == 3
            return StoredEvent(
                event: event, receivedAt: start, acknowledgedAt: isSeen ? start : nil, acknowledgedBy: isSeen ? account : nil, flags: [])
        }
    }

    private static func tile(
        _ id: String, _ name: String, _ state: String, _ words: String, _ icons: String, isActive: Bool = false
    ) -> [String: Any] {
        ["id": id, "name": name, "state": state, "words": words, "isActive": isActive, "hasSubStream": false, "icons": icons]
    }

    private static func nodes(_ icons: String) -> [[String: Any]] {
        func node(_ name: String, _ state: String, _ label: String, _ more: [String: Any]) -> [String: Any] {
            let all: [String: Any] = [
                "icons": icons, "name": name, "place": "home", "state": state, "stateLabel": label, "isAsking": false, "isRevoked": false,
                "figures": [[String: Any]](), "cameras": [[String: Any]](),
            ]
            return all.merging(more) { $1 }
        }
        func camera(_ id: String, _ name: String, _ state: String, _ label: String, _ figures: [String]) -> [String: Any] {
            [
                "icons": icons, "icon": state == "offline" ? "camera-off" : "camera", "id": id, "name": name, "state": state,
                "stateLabel": label, "figures": figures,
            ]
        }
        func figure(_ name: String, _ value: String, isWarning: Bool = false) -> [String: Any] {
            ["name": name, "value": value, "isWarning": isWarning]
        }
        return [
            node(
                "porch", "online", "Online",
                [
                    "figures": [
                        figure("Outbox", "empty"), figure("CPU", "31 % of a core"), figure("Disk", "60 GB of 100 GB free"),
                        figure("Missing", "3 events", isWarning: true),
                    ],
                    "cameras": [
                        camera("front-door", "Front door", "online", "Online", ["25 fps", "4 Mbit/s", "12 % decoded", "no gaps"]),
                        camera("yard", "Yard", "offline", "Offline", ["Stays off: the password is not right"]),
                    ],
                ]),
            node(
                "barn", "offline", "Offline",
                [
                    "why": "its connection ended", "since": "2026-09-21T13:33:20.000000Z", "sinceLabel": "2026-09-21 13:33:20 UTC",
                    "cameras": [camera("stable", "Stable", "unknown", "Unknown", [])],
                ]),
            node("attic", "never", "Never heard of", [:]),
        ]
    }

    /// The names of all icons, as the drawing has them.
    private static var symbols: [String] {
        String(decoding: PackageResources.icons_svg, as: UTF8.self).matches(of: /symbol id="([a-z-]+)"/).map { String($0.output.1) }
    }
}
