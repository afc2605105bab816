import Testing

@testable import Vision

@Suite struct AverageLinkageTests {
    /// Directions in a plane, by their angles in degrees.
    private func directions(_ angles: [Double], model: String = "m") -> [Embedding] {
        angles.map { angle in
            let turn = angle * .pi / 180
            return Embedding([Float(_cos(turn)), Float(_cos(turn - .pi / 2))], model: model)!
        }
    }

    /// By its series: no library of mathematics is linked here.
    private func _cos(_ x: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for k in 1..<20 {
            term *= -x * x / Double((2 * k - 1) * (2 * k))
            sum += term
        }
        return sum
    }

    @Test("Those that are alike are one group, whatever their order; who is like nobody is one alone")
    func groups() {
        let angles: [Double] = [0, 90, 5, 95, 10, 100, 170]
        let found = AverageLinkage(threshold: 0.9).groups(directions(angles))
        #expect(found == [[0, 2, 4], [1, 3, 5], [6]])
        let order = [6, 3, 0, 5, 2, 1, 4]
        let shuffled = AverageLinkage(threshold: 0.9).groups(directions(order.map { angles[$0] }))
        #expect(Set(shuffled.map { Set($0.map { order[$0] }) }) == Set(found.map(Set.init)))
    }

    @Test("A chain of likenesses is not one group: by the nearest pair it would be")
    func chain() {
        let found = AverageLinkage(threshold: 0.9).groups(directions((0..<13).map { Double($0) * 10 }))
        #expect(found.count > 1)
        #expect(found.flatMap(\.self).sorted() == Array(0..<13))
        for group in found { #expect(group.count <= 7) }
    }

    @Test("Those of two models are never one; of none there is none")
    func models() {
        #expect(AverageLinkage(threshold: -1).groups(directions([0, 1]) + directions([0, 1], model: "n")).count == 2)
        #expect(AverageLinkage(threshold: 0.9).groups([]) == [])
        #expect(AverageLinkage(threshold: 0.9).groups(directions([7])) == [[0]])
    }
}
