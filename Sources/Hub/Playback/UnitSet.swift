/// Which units of a file are there.
struct UnitSet: Sendable {
    private var words: [UInt64] = []

    func contains(_ unit: Int64) -> Bool {
        let (word, bit) = Self.place(unit)
        return word < words.count && words[word] >> bit & 1 == 1
    }

    mutating func insert(_ unit: Int64) {
        let (word, bit) = Self.place(unit)
        if word >= words.count { words += Array(repeating: 0, count: word + 1 - words.count) }
        words[word] |= 1 << bit
    }

    mutating func remove(_ unit: Int64) {
        guard contains(unit) else { return }
        let (word, bit) = Self.place(unit)
        words[word] &= ~(1 << bit)
    }

    /// Those from a unit on that are there without a hole, within a range.
    func run(in range: Range<Int64>) -> Range<Int64> {
        var end = range.lowerBound
        while end < range.upperBound, contains(end) { end += 1 }
        return range.lowerBound..<end
    }

    /// Those from a unit on that are not there, within a range.
    func hole(in range: Range<Int64>) -> Range<Int64> {
        var end = range.lowerBound
        while end < range.upperBound, !contains(end) { end += 1 }
        return range.lowerBound..<end
    }

    private static func place(_ unit: Int64) -> (Int, UInt64) { (Int(unit >> 6), UInt64(unit & 63)) }
}
