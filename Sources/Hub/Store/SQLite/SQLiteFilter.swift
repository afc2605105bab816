import Base
import GRDB
import Protocol

/// The `WHERE` clause of a timeline query.
struct SQLiteFilter {
    private(set) var conditions: [String] = []
    private(set) var arguments = StatementArguments()

    /// - Parameter paged: Whether the query's position in the order counts.
    init(_ query: EventQuery, paged: Bool) {
        if case .limited(let sites, let cameras) = query.scope {
            func list(_ values: Set<String>) -> String { values.map { _ in "?" }.joined(separator: ", ") }
            add("(site IN (\(list(sites))) OR source_id IN (\(list(cameras))))", StatementArguments(sites.sorted() + cameras.sorted()))
        }
        for (column, values) in [("site", query.sites), ("source_id", query.cameras), ("node", query.nodes), ("type", query.types)]
        where !values.isEmpty {
            add("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))", StatementArguments(values))
        }
        if let minimum = query.minimumSeverity, minimum != .info { add("severity >= ?", [minimum.rawValue]) }
        if let acknowledged = query.acknowledged { add("acknowledged_at IS \(acknowledged ? "NOT " : "")NULL", []) }
        if let individual = query.individual {
            let state = query.isProbableEnough ? "" : " AND state = 'known'"
            let subjects = query.isSubjectEnough ? " UNION SELECT event_id FROM event_subjects WHERE individual = ?" : ""
            add(
                "id IN (SELECT event_id FROM identities WHERE individual = ?\(state)\(subjects))",
                StatementArguments(Array(repeating: individual.description, count: query.isSubjectEnough ? 2 : 1)))
        }
        if let from = query.from { add("ts >= ?", [from.microseconds]) }
        if let to = query.to { add("ts < ?", [to.microseconds]) }
        if let text = query.text, !text.isEmpty { add("body LIKE ? ESCAPE '\\'", [SearchPattern.containing(text)]) }
        if paged, let before = query.before { add("(ts, id) < (?, ?)", [before.ts.microseconds, before.id.blob]) }
    }

    /// `WHERE …`, or nothing.
    var clause: String { conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ") }

    private mutating func add(_ condition: String, _ values: StatementArguments) {
        conditions.append(condition)
        arguments += values
    }
}
