import Base
import Protocol

/// Facts that the hub noted on taking an event in, as the stores keep them.
struct EventFlags: OptionSet, Sendable, Hashable {
    let rawValue: Int16

    /// The envelope's `v` is above what this program knows.
    static let newerVersion = EventFlags(rawValue: 1)
    /// `ts` lies outside the months that the store has prepared: a node's clock is wrong.
    static let unusualTime = EventFlags(rawValue: 2)
    /// The stored body cannot be read: what is shown stands in for it. Never stored.
    static let unreadable = EventFlags(rawValue: 4)

    /// The words of the API.
    var words: [String] {
        var words: [String] = []
        if contains(.newerVersion) { words.append("newer_version") }
        if contains(.unusualTime) { words.append("unusual_time") }
        if contains(.unreadable) { words.append("unreadable") }
        return words
    }
}

extension EventFlags {
    init(_ event: Event, prepared: PreparedMonths) {
        self = []
        if event.v > Event.version { insert(.newerVersion) }
        if !prepared.contains(event.ts) { insert(.unusualTime) }
    }
}
