package import Protocol

/// What one client of the event stream has seen, and what was wrong with it.
package struct StreamRecord: Sendable {
    /// The last cursor; what a client that comes back asks to go on from. Nil before the first answer.
    package private(set) var cursor: Int64?
    /// The highest revision seen of each event.
    package private(set) var revisions: [EventID: Int64] = [:]
    /// Events seen, revisions counted one by one.
    package private(set) var events = 0
    /// Holes, doubles, resets and revisions that went back, described.
    package private(set) var faults: [String] = []
    /// The greatest `at` seen in a payload, microseconds: how fresh the stream is.
    package private(set) var freshest: Int64 = 0

    package init() {}

    mutating func take(_ message: StreamReader.Message) {
        switch message.event {
        case "connected":
            let begins = message.id.flatMap { Int64($0) }
            if let cursor, let begins, begins != cursor { fault("resumed after \(begins), not after \(cursor)") }
            if cursor == nil { cursor = begins }
        case "reset":
            fault("reset at \(cursor ?? -1)")
            cursor = message.id.flatMap { Int64($0) }
        case "event": take(event: message)
        default: fault("an unknown message \(message.event)")
        }
    }

    private mutating func take(event message: StreamReader.Message) {
        guard let number = message.id.flatMap({ Int64($0) }), let object = try? JSONObject(message.data),
            let id = object.string("id").flatMap({ EventID($0) }), let rev = object.integer("rev"), object.integer("cursor") == number
        else { return fault("an event that cannot be read") }
        if let cursor, number != cursor + 1 { fault("cursor \(number) follows \(cursor)") }
        cursor = number
        events += 1
        if let earlier = revisions[id], rev < earlier { fault("revision \(rev) of \(id) follows \(earlier)") }
        revisions[id] = max(rev, revisions[id] ?? 0)
        if let payload = object.raw("payload"), let at = (try? JSONObject(Array(payload)))?.integer("at") { freshest = max(freshest, at) }
    }

    private mutating func fault(_ text: String) {
        if faults.count < 100 { faults.append(text) }
    }
}
