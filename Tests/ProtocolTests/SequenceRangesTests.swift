import Protocol
import TestSupport
import Testing

@Suite("Sequence ranges")
struct SequenceRangesTests {
    @Test("they agree with a set of numbers, whatever is inserted in whatever order", arguments: 1...50)
    func model(seed: Int) throws {
        var dice = SeededGenerator(seed: seed)
        var set: Set<Int64> = []
        var ranges = SequenceRanges()
        for _ in 0..<60 {
            let from = Int64.random(in: 0...200, using: &dice)
            let to = from + Int64.random(in: 0...20, using: &dice)
            if Bool.random(using: &dice) {
                ranges.insert(from...to)
            } else {
                var other = SequenceRanges()
                other.insert(from...to)
                ranges.formUnion(other)
            }
            set.formUnion(from...to)
        }
        #expect(ranges.count == Int64(set.count))
        #expect(ranges.count(in: 17...150) == Int64(set.count { (17...150).contains($0) }))
        #expect(ranges.count(in: 500...600) == 0)
        #expect((-1...230).allSatisfy { ranges.contains(Int64($0)) == set.contains(Int64($0)) })
        #expect(ranges == SequenceRanges(set))
        let neighbours = zip(ranges.ranges, ranges.ranges.dropFirst())
        #expect(neighbours.allSatisfy { $0.upperBound + 1 < $1.lowerBound }, "sorted, disjoint, not adjacent")
        #expect(try SequenceRanges(json: ranges.json) == ranges)
    }

    @Test("ranges from outside may come in any order and overlap; a long list costs no square")
    func json() throws {
        #expect(try SequenceRanges(json: Array("[[5,6],[1,2],[2,4]]".utf8)).ranges == [1...6])
        let list = "[" + (0..<20_000).reversed().map { "[\($0 * 3),\($0 * 3)]" }.joined(separator: ",") + "]"
        #expect(try SequenceRanges(json: Array(list.utf8)).count == 20_000)
        #expect(throws: JSONError.self) { try SequenceRanges(json: Array("[[1,2]]x".utf8)) }
    }
}
