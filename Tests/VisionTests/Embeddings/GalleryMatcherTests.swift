import Testing

@testable import Vision

@Suite struct GalleryMatcherTests {
    private let matcher = GalleryMatcher(.init(known: 0.9, probable: 0.7))

    @Test("The nearest decides, and how near it is")
    func nearest() throws {
        let gallery = try [[1, 0], [0, 1]].map { try #require(Embedding($0, model: "m")) }
        func match(_ x: Float, _ y: Float, model: String = "m") throws -> GalleryMatcher.Verdict {
            matcher.match(try #require(Embedding([x, y], model: model)), in: gallery)
        }
        guard case .known(1, let likeness) = try match(0.1, 1) else { return #expect(Bool(false)) }
        #expect(likeness > 0.99)
        guard case .probable(0, _) = try match(1, 0.8) else { return #expect(Bool(false)) }
        #expect(try match(-1, -1) == .unknown)
        #expect(try match(0, 1, model: "n") == .unknown)
        #expect(matcher.match(gallery[0], in: []) == .unknown)
    }
}
