import Base
import Protocol

/// What `check` saw of the stored events, and what is wrong about them.
struct EventFindings {
    /// Lines are listed one by one up to this many, then counted.
    static let listed = 20

    private var problems: [String] = []
    private var count = 0

    /// Compares what an event is filed under with what its body says.
    mutating func look(id: EventID?, ts: Timestamp, rev: Int64, source: String, body: [UInt8]) {
        let name = id.map(\.description) ?? "without id"
        guard let event = try? Event(body: body) else { return note("event \(name): its body cannot be read") }
        if event.id != id { note("event \(name): its body has the id \(event.id)") }
        if event.ts != ts { note("event \(name): filed under \(ts), its body says \(event.ts)") }
        if event.rev != rev { note("event \(name): filed as rev \(rev), its body says \(event.rev)") }
        if event.sourceID != source { note("event \(name): filed under source \(source), its body says \(event.sourceID)") }
    }

    mutating func note(_ line: String) {
        count += 1
        if problems.count < Self.listed { problems.append(line) }
    }

    /// One line for each thing that is broken, the rest as a count.
    var lines: [String] { count > problems.count ? problems + ["and \(count - problems.count) more events"] : problems }
}
