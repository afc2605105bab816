import Testing

@testable import Vision

@Suite struct LinearAssignmentTests {
    /// The cheapest way to pair as many as can be, by trying all.
    private func cheapest(_ costs: [[Double]]) -> Double {
        func best(_ row: Int, _ used: Set<Int>, _ left: Int) -> Double {
            if row == costs.count { return left == 0 ? 0 : .infinity }
            var least = costs.count - row - 1 >= left ? best(row + 1, used, left) : .infinity
            for column in costs[row].indices where left > 0 && !used.contains(column) {
                least = min(least, costs[row][column] + best(row + 1, used.union([column]), left - 1))
            }
            return least
        }
        return best(0, [], min(costs.count, costs.first?.count ?? 0))
    }

    @Test("It is as cheap as the cheapest of all ways, whatever the shape", arguments: 0..<200)
    func optimal(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (rows, columns) = (Int.random(in: 1...5, using: &generator), Int.random(in: 1...5, using: &generator))
        let costs = (0..<rows).map { _ in (0..<columns).map { _ in (Double.random(in: 0...2, using: &generator) * 8).rounded() / 8 } }
        let pairs = LinearAssignment.solve(costs)
        let taken = pairs.compactMap(\.self)
        #expect(Set(taken).count == taken.count && taken.count == min(rows, columns))
        let cost = zip(costs, pairs).reduce(0) { sum, pair in sum + (pair.1.map { pair.0[$0] } ?? 0) }
        #expect(abs(cost - cheapest(costs)) < 1e-9, "\(costs) \(pairs)")
    }

    @Test("Nothing is paired with nothing")
    func empty() {
        #expect(LinearAssignment.solve([]) == [])
        #expect(LinearAssignment.solve([[], []]) == [nil, nil])
    }
}

/// Numbers that are the same in each run (SplitMix64, Steele et al. 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
