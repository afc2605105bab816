import Testing

@testable import Vision

@Suite struct EmbeddingTests {
    @Test("Directions are compared, whatever their lengths; those of two models are not")
    func likeness() throws {
        let one = try #require(Embedding([3, 4], model: "a"))
        let same = try #require(Embedding([30, 40], model: "a"))
        let across = try #require(Embedding([-4, 3], model: "a"))
        #expect(try abs(#require(one.likeness(to: same)) - 1) < 1e-6)
        #expect(try abs(#require(one.likeness(to: across))) < 1e-6)
        #expect(one.likeness(to: try #require(Embedding([3, 4], model: "b"))) == nil)
        #expect(one.likeness(to: try #require(Embedding([3, 4, 0], model: "a"))) == nil)
    }

    @Test("What has no direction is none", arguments: [[], [0, 0], [.nan, 1], [.infinity, 1]] as [[Float]])
    func none(values: [Float]) {
        #expect(Embedding(values, model: "a") == nil)
    }

    @Test("Several pictures vote for the middle")
    func middle() throws {
        let all = try [[1, 0.1], [1, -0.1], [1, 0]].map { try #require(Embedding($0, model: "a")) }
        let middle = try #require(Embedding.middle(all))
        #expect(abs(middle.values[1]) < 1e-6 && middle.values[0] > 0.99)
        #expect(Embedding.middle([]) == nil)
        #expect(Embedding.middle(all + [try #require(Embedding([1, 0], model: "b"))]) == nil)
    }
}
