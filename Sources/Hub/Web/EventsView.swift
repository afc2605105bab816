private import Base
import Protocol

/// What the timeline shows, as the template's values.
struct EventsView {
    var visitor: PageVisitor
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    var filter = EventFilter()
    /// The feed's cursor that the page is at least as new as; nil where the store did not tell.
    var cursor: Int64?
    var facets = EventFacets(sites: [], cameras: [], types: [])
    var page = EventPage(events: [], next: nil)

    init(visitor: PageVisitor, notice: String?) {
        self.visitor = visitor
        self.notice = notice
    }

    func values(icons: String) -> [String: Any] {
        var out: [String: Any] = [
            "isEvents": true,
            "cursor": cursor.map { String($0) } ?? "",
            "next": page.next?.text ?? "",
            "hasOlder": page.next != nil,
            "isFiltered": !filter.isOpen,
            "isEmpty": page.events.isEmpty,
            "marks": visitor.operated != .nothing,
            "days": days(icons: icons),
            "blank": EventRow.blank(icons: icons),
            "cameras": options(filter.cameras.union(facets.cameras), chosen: filter.cameras) { $0 },
            "types": options(filter.types.union(facets.types), chosen: filter.types) { EventLabels.type($0) },
            "severities": Severity.allCases.dropFirst().map { severity -> [String: Any] in
                ["value": severity.name, "label": EventLabels.severityChoice(severity), "chosen": severity == filter.minimumSeverity]
            },
        ]
        out.merge(visitor.values) { $1 }
        if let notice { out["notice"] = notice }
        return out
    }

    private func options(_ all: Set<String>, chosen: Set<String>, label: (String) -> String) -> [[String: Any]] {
        all.sorted().map { ["value": $0, "label": label($0), "chosen": chosen.contains($0)] }
    }

    /// Events under the days of their start, in UTC: the script regroups them by the reader's own days.
    private func days(icons: String) -> [[String: Any]] {
        var out: [[String: Any]] = []
        var current = ""
        var rows: [[String: Any]] = []
        func close() {
            if !rows.isEmpty { out.append(["day": current, "rows": rows]) }
            rows = []
        }
        for stored in page.events {
            let day = String(stored.event.ts.rfc3339.prefix(10))
            if day != current { close() }
            current = day
            rows.append(EventRow.values(stored, icons: icons, operated: visitor.operated))
        }
        close()
        return out
    }
}
