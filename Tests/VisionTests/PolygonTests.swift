import Testing

@testable import Vision

@Suite struct PolygonTests {
    private let arrow = Polygon([.init(x: 0.1, y: 0.1), .init(x: 0.9, y: 0.5), .init(x: 0.1, y: 0.9), .init(x: 0.4, y: 0.5)])

    @Test(
        "A concave polygon contains its arms and not its notch",
        arguments: [
            (0.5, 0.5, true), (0.2, 0.2, true), (0.2, 0.8, true), (0.2, 0.5, false), (0.95, 0.5, false), (0.5, 0.05, false),
        ])
    func concave(x: Double, y: Double, inside: Bool) {
        #expect(arrow.contains(x: x, y: y) == inside)
    }

    @Test("Fewer than three corners contain nothing")
    func degenerate() {
        #expect(!Polygon([]).contains(x: 0.5, y: 0.5))
        #expect(!Polygon([.init(x: 0, y: 0), .init(x: 1, y: 1)]).contains(x: 0.5, y: 0.5))
    }
}
