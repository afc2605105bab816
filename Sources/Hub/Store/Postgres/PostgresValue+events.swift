import Base
import Postgres
import Protocol

extension PostgresValue {
    /// A time, brought into what both the wire format of events and PostgreSQL can say: the years 0 to 9999 and a day around them.
    static func time(_ time: Timestamp) -> PostgresValue { .timestamp(clamped(time)) }

    static func times(_ times: [Timestamp]) -> PostgresValue { .timestamps(times.map(clamped)) }

    static func id(_ id: EventID) -> PostgresValue { .uuid(high: id.high, low: id.low) }

    static func ids(_ ids: [EventID]) -> PostgresValue { .uuids(ids.map { ($0.high, $0.low) }) }

    private static func clamped(_ time: Timestamp) -> Int64 {
        min(max(time.microseconds, -62_167_392_000_000_000), 253_402_473_600_000_000)
    }
}

extension PostgresRows {
    func time(_ row: Int, _ column: Int) -> Timestamp { Timestamp(microseconds: timestamp(row, column)) }

    func optionalTime(_ row: Int, _ column: Int) -> Timestamp? {
        optionalTimestamp(row, column).map(Timestamp.init(microseconds:))
    }

    func id(_ row: Int, _ column: Int) -> EventID {
        let (high, low) = uuid(row, column)
        return EventID(high: high, low: low)
    }

    /// An event from its body; nil where that cannot be read.
    func event(_ row: Int, _ column: Int) -> Event? { try? Event(body: bytes(row, column)) }
}
