import Base
import Postgres
import Protocol

/// The `WHERE` clause of a timeline query. Its text depends on which filters are set, not on their values, so that few are prepared.
struct PostgresFilter {
    private(set) var conditions: [String] = []
    private(set) var parameters: [PostgresValue] = []

    /// - Parameter paged: Whether the query's position in the order counts.
    init(_ query: EventQuery, paged: Bool) {
        if case .limited(let sites, let cameras) = query.scope {
            let (places, sources) = (next(.texts(sites.sorted())), next(.texts(cameras.sorted())))
            conditions.append("(site = ANY (\(places)) OR source_id = ANY (\(sources)))")
        }
        for (column, values) in [("site", query.sites), ("source_id", query.cameras), ("node", query.nodes), ("type", query.types)] {
            // No name holds a NUL, which PostgreSQL could not even be asked for.
            let values = values.map { $0.contains("\0") ? "" : $0 }
            // With a single value the index yields the order as well.
            if values.count == 1 { add("\(column) = ", .text(values[0])) }
            if values.count > 1 { add("\(column) = ANY (", .texts(values), ")") }
        }
        if let minimum = query.minimumSeverity, minimum != .info { add("severity >= ", .int2(Int16(minimum.rawValue))) }
        if let acknowledged = query.acknowledged { conditions.append("acknowledged_at IS \(acknowledged ? "NOT " : "")NULL") }
        if let individual = query.individual {
            let state = query.isProbableEnough ? "" : " AND state = 'known'"
            let whom = next(.id(individual))
            let subjects = query.isSubjectEnough ? " UNION SELECT event_id FROM event_subjects WHERE individual = \(whom)" : ""
            conditions.append("id IN (SELECT event_id FROM identities WHERE individual = \(whom)\(state)\(subjects))")
        }
        if let from = query.from { add("ts >= ", .time(from)) }
        if let to = query.to { add("ts < ", .time(to)) }
        if let text = query.text, !text.isEmpty { add("body ILIKE ", .text(SearchPattern.containing(text))) }
        if paged, let before = query.before {
            let position = next(.time(before.ts))
            // Said twice: the comparison of rows does not tell the planner which months are out.
            conditions.append("ts <= \(position) AND (ts, id) < (\(position), \(next(.id(before.id))))")
        }
    }

    /// `WHERE …`, or nothing.
    var clause: String { conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ") }

    /// Adds a parameter and returns its name.
    mutating func next(_ value: PostgresValue) -> String {
        parameters.append(value)
        return "$\(parameters.count)"
    }

    private mutating func add(_ text: String, _ value: PostgresValue, _ end: String = "") {
        conditions.append(text + next(value) + end)
    }
}
