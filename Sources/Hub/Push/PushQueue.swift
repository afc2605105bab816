private import Base

/// Which message is sent when: bounded, a few at a time, and one that the push service did not take again later. Pure: time is told to it, in
/// seconds of a clock that never goes back.
struct PushQueue<Item: Sendable>: Sendable {
    /// A message that is its turn.
    struct Entry: Sendable {
        var item: Item
        fileprivate var due: Double
        fileprivate let end: Double
        fileprivate var backoff = Backoff(base: 2, maximum: 300)
    }

    /// Messages that are sent or wait, at most.
    private let limit: Int
    /// Messages that are sent at once.
    private let width: Int
    private var waiting: [Entry] = []
    private var sending = 0

    init(limit: Int = 1000, width: Int = 8) {
        self.limit = limit
        self.width = width
    }

    /// Messages that are sent or wait.
    var count: Int { waiting.count + sending }

    /// Messages of a kind that wait.
    func countWaiting(where isMeant: (Item) -> Bool) -> Int { waiting.count(where: { isMeant($0.item) }) }

    /// - Parameter life: Seconds after which it is not worth being sent any more.
    /// - Returns: False where there is no room.
    mutating func add(_ item: Item, life: Double, at uptime: Double) -> Bool {
        guard count < limit else { return false }
        waiting.append(Entry(item: item, due: uptime, end: uptime + life))
        return true
    }

    /// The next one whose time has come and is not over; nil where there is none, or as many are sent as may be. `finish` or `delay` it afterwards.
    mutating func take(at uptime: Double) -> Entry? {
        guard sending < width, let index = waiting.firstIndex(where: { $0.due <= uptime && uptime < $0.end }) else { return nil }
        sending += 1
        return waiting.remove(at: index)
    }

    /// One is done with, whatever became of it.
    mutating func finish() { sending -= 1 }

    /// One is to be tried again.
    /// - Parameter seconds: That the push service wants to be left alone.
    /// - Returns: False where it is not worth it: it is done with.
    mutating func delay(_ entry: Entry, atLeast seconds: Double, at uptime: Double) -> Bool {
        sending -= 1
        var entry = entry
        entry.due = uptime + max(seconds, entry.backoff.next())
        guard entry.due < entry.end else { return false }
        waiting.append(entry)
        return true
    }

    /// Forgets those that waited for so long that they are not worth being sent any more.
    /// - Returns: These.
    mutating func removeOld(at uptime: Double) -> [Item] {
        let old = waiting.filter { $0.end <= uptime }
        guard !old.isEmpty else { return [] }
        waiting.removeAll { $0.end <= uptime }
        return old.map(\.item)
    }

    /// Forgets all that wait.
    /// - Returns: These.
    mutating func empty() -> [Item] {
        defer { waiting = [] }
        return waiting.map(\.item)
    }
}
