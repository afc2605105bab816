import Testing

@testable import Vision

@Suite struct RegionDetectionsTests {
    private let left = Box(x: 0, y: 0, width: 0.6, height: 1)
    private let right = Box(x: 0.4, y: 0, width: 0.6, height: 1)

    @Test("What two parts show both is there once, with the better score")
    func twice() {
        let box = Box(x: 0.45, y: 0.4, width: 0.1, height: 0.3)
        let merged = RegionDetections.merge(
            [
                (left, [Detection(label: "person", score: 0.6, box: box)]), (right, [Detection(label: "person", score: 0.8, box: box)]),
            ], places: [])
        #expect(merged == [Detection(label: "person", score: 0.8, box: box)])
    }

    @Test("A piece that the edge of a part cut off is a piece, although it scores higher")
    func piece() {
        let whole = Box(x: 0.5, y: 0.4, width: 0.3, height: 0.2)
        let piece = Box(x: 0.5, y: 0.4, width: 0.1, height: 0.2)
        let merged = RegionDetections.merge(
            [
                (left, [Detection(label: "car", score: 0.9, box: piece)]), (right, [Detection(label: "truck", score: 0.6, box: whole)]),
            ], places: [])
        #expect(merged.map(\.box) == [whole])
    }

    @Test("What stands before something large, and is not cut, stays; so does what is another thing, or cut by the picture's own edge")
    func others() {
        let car = Box(x: 0, y: 0.4, width: 0.3, height: 0.3)
        let bicycle = Box(x: 0.1, y: 0.45, width: 0.08, height: 0.1)
        let person = Box(x: 0.02, y: 0.4, width: 0.1, height: 0.3)
        let merged = RegionDetections.merge(
            [
                (
                    left,
                    [("car", 0.9, car), ("bicycle", 0.5, bicycle), ("person", 0.7, person)].map { Detection(label: $0, score: $1, box: $2) }
                )
            ], places: [])
        #expect(merged.map(\.label) == ["car", "person", "bicycle"])
    }
}
