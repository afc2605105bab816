/// A set of sequence numbers as sorted, disjoint, non-adjacent closed ranges: `[[1,500],[502,600]]`.
package struct SequenceRanges: Sendable, Hashable {
    package private(set) var ranges: [ClosedRange<Int64>] = []

    package init() {}

    package init(_ numbers: some Sequence<Int64>) {
        for number in numbers.sorted() { insert(number...number) }
    }

    package var isEmpty: Bool { ranges.isEmpty }

    /// How many numbers the set holds.
    package var count: Int64 { ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound + 1) } }

    /// How many numbers of `bounds` the set holds.
    package func count(in bounds: ClosedRange<Int64>) -> Int64 {
        ranges.reduce(0) { $0 + max(0, min($1.upperBound, bounds.upperBound) - max($1.lowerBound, bounds.lowerBound) + 1) }
    }

    package func contains(_ number: Int64) -> Bool {
        let index = firstIndex(endingAtOrAfter: number)
        return index < ranges.count && ranges[index].contains(number)
    }

    /// Adds a range, joining what touches it. Bounds must not be `Int64.min` or `Int64.max`.
    package mutating func insert(_ range: ClosedRange<Int64>) {
        let first = firstIndex(endingAtOrAfter: range.lowerBound - 1)
        var last = first
        var joined = range
        while last < ranges.count, ranges[last].lowerBound <= range.upperBound + 1 {
            joined = min(joined.lowerBound, ranges[last].lowerBound)...max(joined.upperBound, ranges[last].upperBound)
            last += 1
        }
        ranges.replaceSubrange(first..<last, with: [joined])
    }

    package mutating func formUnion(_ other: SequenceRanges) {
        for range in other.ranges { insert(range) }
    }

    private func firstIndex(endingAtOrAfter number: Int64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// `[[from,to],…]`.
    package var json: [UInt8] {
        var out: [UInt8] = [UInt8(ascii: "[")]
        for (index, range) in ranges.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out.append(contentsOf: "[\(range.lowerBound),\(range.upperBound)]".utf8)
        }
        out.append(UInt8(ascii: "]"))
        return out
    }

    /// Reads `[[from,to],…]`; bounds must lie within 0…`Limits.counter`, in any order of the ranges.
    package init(json bytes: [UInt8]) throws(JSONError) {
        var found: [ClosedRange<Int64>] = []
        for pair in try JSONObject.elements(of: bytes, in: 0..<bytes.count) {
            guard bytes[pair.lowerBound] == UInt8(ascii: "[") else { throw JSONError(at: pair.lowerBound, "expected [from,to]") }
            let bounds = try JSONObject.elements(of: bytes, in: pair).map { Int64(String(decoding: bytes[$0], as: UTF8.self)) }
            guard bounds.count == 2, let from = bounds[0], let to = bounds[1], from >= 0, from <= to, to <= Limits.counter else {
                throw JSONError(at: pair.lowerBound, "expected [from,to]")
            }
            found.append(from...to)
        }
        // Sorted, each goes to the end; in the order of a hostile sender they could cost the square of their number.
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) { insert(range) }
    }
}
