/// Where a stream begins.
package enum StreamStart: Sendable, Hashable {
    /// From now on.
    case live(Int64)
    /// With everything after this cursor.
    case resume(Int64)
    /// From now on, after telling the browser that what it asked for cannot be had.
    case reset(Int64)
    /// The store has to be asked first.
    case unknown

    /// How far behind a browser may be and still be replayed to.
    package static let farthest: Int64 = 10_000

    /// - Parameters:
    ///   - lastEventID: As the browser sent it; nil for a new stream.
    ///   - head: The last cursor that this process has seen; nil before the first.
    ///   - floor: Everything after this is in memory; nil before the first.
    ///   - bounds: What the store holds; nil when it was not asked.
    package static func decide(lastEventID: String?, head: Int64?, floor: Int64?, bounds: FeedBounds?) -> StreamStart {
        let highest = max(head ?? .min, bounds?.highest ?? .min)
        guard let lastEventID else { return highest == .min ? .unknown : .live(highest) }
        guard let asked = cursor(lastEventID) else { return highest == .min ? .unknown : .reset(highest) }
        if let head, let floor, asked >= floor, asked <= head { return .resume(asked) }
        guard let bounds else { return .unknown }
        if asked > highest || highest - asked > farthest || asked < bounds.lowest - 1 { return .reset(highest) }
        return .resume(asked)
    }

    /// A cursor's decimal form, without sign or leading zeros beyond a lone 0.
    private static func cursor(_ text: String) -> Int64? {
        guard (1...19).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(text),
            String(number) == text
        else { return nil }
        return number
    }
}
