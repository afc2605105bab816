/// Names of tickets that were used: none is good for two uploads.
struct TicketMemory: Sendable {
    /// Seconds for which a name is remembered: longer than a ticket can be good for.
    static let span = 600.0
    /// Names at most: a hub asks for some tens a second.
    static let limit = 50_000

    private var used: [String: Double] = [:]
    private var order: [(name: String, at: Double)] = []
    private var first = 0

    /// Takes in a name.
    /// - Returns: False where it was used, or where no more can be remembered.
    mutating func use(_ name: String, at uptime: Double) -> Bool {
        while first < order.count, order[first].at + Self.span <= uptime {
            used[order[first].name] = nil
            first += 1
        }
        if first > 1000, first * 2 > order.count {
            order.removeFirst(first)
            first = 0
        }
        guard used[name] == nil, used.count < Self.limit else { return false }
        used[name] = uptime
        order.append((name, uptime))
        return true
    }
}
