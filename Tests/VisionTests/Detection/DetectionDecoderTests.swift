import Foundation
import TestSupport
import Testing
import Vision

/// Outputs that the tests make by hand, for an input of 64×64 pixels and two labels.
@Suite struct DetectionDecoderTests {
    static let whole = InputPlacement(
        pictureWidth: 64, pictureHeight: 64, part: PixelRectangle(x: 0, y: 0, width: 64, height: 64), scaleX: 1, scaleY: 1)

    private func decoder(_ kind: DetectorKind, _ settings: DetectionDecoder.Settings = .init()) -> DetectionDecoder {
        DetectionDecoder(kind, width: 64, height: 64, labels: ["cat", "dog"], settings: settings)
    }

    /// A picture's box of pixels.
    private func box(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> Box {
        Box(x: left / 64, y: top / 64, width: (right - left) / 64, height: (bottom - top) / 64)
    }

    private func expectSame(_ a: Box, _ b: Box, sourceLocation: SourceLocation = #_sourceLocation) {
        let difference = max(abs(a.x - b.x), abs(a.y - b.y), abs(a.width - b.width), abs(a.height - b.height))
        #expect(difference < 1e-5, "\(a) \(b)", sourceLocation: sourceLocation)
    }

    /// Logarithms of a distribution that is all at one step; nil for one that is even, whose mean is 3.5.
    private func distances(_ steps: [Int?]) -> [Float] {
        steps.flatMap { step in (0..<8).map { $0 == step ? 60 : 0 } }
    }

    /// All places empty, but those given: by grid, row and column.
    private func picoDet(_ places: [(grid: Int, row: Int, column: Int, scores: [Float], distances: [Float])]) -> [Tensor] {
        let sides = [8, 4, 2, 1]
        var outputs = [2, 32].flatMap { width in
            sides.map { Tensor(shape: [1, $0 * $0, width], values: [Float](repeating: 0, count: $0 * $0 * width)) }
        }
        for place in places {
            let index = place.row * sides[place.grid] + place.column
            outputs[place.grid].values.replaceSubrange((index * 2)..<(index * 2 + 2), with: place.scores)
            outputs[place.grid + 4].values.replaceSubrange((index * 32)..<(index * 32 + 32), with: place.distances)
        }
        return outputs
    }

    @Test("PicoDet: from the middle of a cell, so many strides to each side")
    func picoDet() throws {
        let outputs = picoDet([
            (0, 2, 3, [0.2, 0.9], distances([2, 1, 3, 2])), (1, 0, 0, [0.5, 0.1], distances([nil, 0, nil, 1])),
            (3, 0, 0, [0.3, 0.3], distances([0, 0, 0, 0])),
        ])
        let result = try decoder(.picoDet).decode(outputs, Self.whole)
        #expect(result.rejected == 0)
        #expect(result.detections.map(\.label) == ["dog", "cat"])
        #expect(result.detections.map { Float($0.score) } == [0.9, 0.5])
        // The cell 3, 2 of 8 pixels has its middle at 28, 20; the cell 0, 0 of 16 pixels at 8, 8.
        expectSame(result.detections[0].box, box(12, 12, 52, 36))
        expectSame(result.detections[1].box, box(8 - 56, 8, 8 + 56, 24))
    }

    @Test("NanoDet-Plus: the same from the corner of a cell, in one tensor")
    func nanoDetPlus() throws {
        var values = [Float](repeating: 0, count: 85 * 34)
        // The second grid begins behind the 64 places of the first.
        let place = 64 + 1 * 4 + 2
        values.replaceSubrange((place * 34)..<(place * 34 + 34), with: [0.7, 0.1] + distances([1, 1, 2, 1]))
        let result = try decoder(.nanoDetPlus).decode([Tensor(shape: [1, 85, 34], values: values)], Self.whole)
        #expect(result.detections.map(\.label) == ["cat"])
        expectSame(result.detections[0].box, box(32 - 16, 16 - 16, 32 + 32, 16 + 16))
    }

    @Test("YOLOX: centre and size, and the score of an object times that of its class")
    func yolox() throws {
        var values = [Float](repeating: 0, count: 84 * 7)
        let place = 64 + 1 * 4 + 2
        values.replaceSubrange((place * 7)..<(place * 7 + 7), with: [0.5, 0.25, log(2), 0, 0.8, 0.25, 0.5])
        let result = try decoder(.yolox).decode([Tensor(shape: [84, 7], values: values)], Self.whole)
        #expect(result.detections.map(\.label) == ["dog"])
        #expect(abs(result.detections[0].score - 0.4) < 1e-6)
        expectSame(result.detections[0].box, box(40 - 16, 20 - 8, 40 + 16, 20 + 8))
    }

    @Test("Boxes come back to the part of the picture that was looked at")
    func placement() throws {
        var placement = Self.whole
        (placement.pictureWidth, placement.pictureHeight) = (1000, 500)
        placement.part = PixelRectangle(x: 200, y: 100, width: 128, height: 32)
        (placement.scaleX, placement.scaleY, placement.offsetX, placement.offsetY) = (0.5, 2, 4, 8)
        let result = try decoder(.picoDet).decode(picoDet([(0, 2, 3, [0, 0.9], distances([1, 1, 1, 1]))]), placement)
        // 20…36 and 12…28 in the input.
        expectSame(
            result.detections[0].box,
            Box(x: (200 + 16 / 0.5) / 1000, y: (100 + 4 / 2) / 500, width: 16 / 0.5 / 1000, height: 16 / 2 / 500.0))
    }

    @Test("Of boxes around one thing the best stays, each label for itself; of equal ones the first")
    func suppression() throws {
        // Two neighbouring cells with nearly the same box, one of them twice with another label.
        let around = distances([2, 2, 2, 2])
        let outputs = picoDet([
            (0, 3, 3, [0.6, 0.1], around), (0, 3, 4, [0.6, 0.1], distances([3, 2, 1, 2])), (0, 3, 5, [0.1, 0.5], distances([4, 2, 0, 2])),
            (0, 7, 7, [0.4, 0.1], around),
        ])
        let detections = try decoder(.picoDet).decode(outputs, Self.whole).detections
        #expect(detections.map(\.label) == ["cat", "dog", "cat"])
        expectSame(detections[0].box, box(28 - 16, 28 - 16, 28 + 16, 28 + 16))
        var settings = DetectionDecoder.Settings()
        settings.overlap = 1
        #expect(try decoder(.picoDet, settings).decode(outputs, Self.whole).detections.count == 4)
        settings.limit = 2
        #expect(try decoder(.picoDet, settings).decode(outputs, Self.whole).detections.count == 2)
    }

    @Test("Numbers that are none, scores above 1 and boxes of absurd size are passed over and counted", arguments: DetectorKind.allCases)
    func absurd(kind: DetectorKind) throws {
        let good: [Float] = kind == .yolox ? [0, 0, 0, 0, 1, 0.9, 0] : [0.9, 0] + distances([1, 1, 1, 1])
        var bad: [[Float]]
        if kind == .yolox {
            bad = [
                [.nan, 0, 0, 0, 1, 0.9, 0], [0, .infinity, 0, 0, 1, 0.9, 0], [0, 0, 1000, 0, 1, 0.9, 0], [0, 0, 0, .nan, 1, 0.9, 0],
                [0, 0, 0, 0, .nan, 0.9, 0], [0, 0, 0, 0, 1, 0.9, .nan], [0, 0, 0, 0, 1, 20, 0], [1e9, 0, 0, 0, 1, 0.9, 0],
                [0, 0, -1000, 0, 1, 0.9, 0], [0, 0, 0, 0, .infinity, 0.9, 0],
            ]
        } else {
            let nan = distances([1, 1, 1]) + [Float](repeating: .nan, count: 8)
            let infinite = distances([1, 1, 1]) + [.infinity, 0, 0, 0, 0, 0, 0, 0]
            bad = [
                [0.9, 0] + nan, [0.9, 0] + infinite, [.nan, 0.9] + distances([1, 1, 1, 1]), [0.9, .nan] + distances([1, 1, 1, 1]),
                [.infinity, 0] + distances([1, 1, 1, 1]), [0.9, 0] + distances([0, 0, 0, 0]),
            ]
        }
        for row in bad {
            let outputs: [Tensor]
            if kind == .picoDet {
                outputs = picoDet([
                    (0, 0, 0, Array(row[..<2]), Array(row[2...])), (0, 5, 5, Array(good[..<2]), Array(good[2...])),
                ])
            } else {
                let (count, width) = kind == .yolox ? (84, 7) : (85, 34)
                var values = [Float](repeating: 0, count: count * width)
                values.replaceSubrange(..<width, with: row)
                values.replaceSubrange((45 * width)..<(46 * width), with: good)
                outputs = [Tensor(shape: [1, count, width], values: values)]
            }
            let result = try decoder(kind).decode(outputs, Self.whole)
            #expect(result.detections.map(\.label) == ["cat"], "\(row)")
            #expect(result.rejected == 1, "\(row)")
        }
    }

    @Test("Thousands of boxes are cut to the best, and a model that sees everything everywhere ends in bounds", arguments: [0.1, 1.0])
    func many(overlap: Double) throws {
        var settings = DetectionDecoder.Settings()
        settings.overlap = overlap
        let decoder = DetectionDecoder(.yolox, width: 640, height: 640, labels: ["cat", "dog"], settings: settings)
        var generator = SeededGenerator(seed: 1)
        let rows = 8400
        var values: [Float] = []
        for _ in 0..<rows { values += [0, 0, 0, 0, 1, Float.random(in: 0.4...1, using: &generator), 0] }
        let result = try decoder.decode([Tensor(shape: [1, rows, 7], values: values)], Self.whole)
        #expect(result.detections.count == 300)
        #expect(result.detections.map(\.score) == result.detections.map(\.score).sorted(by: >))
        settings.candidateLimit = 10
        let few = DetectionDecoder(.yolox, width: 640, height: 640, labels: ["cat", "dog"], settings: settings)
        #expect(try few.decode([Tensor(shape: [1, rows, 7], values: values)], Self.whole).detections.count <= 10)
    }

    @Test("Outputs of another detector are refused, saying what was expected", arguments: DetectorKind.allCases)
    func otherOutputs(kind: DetectorKind) throws {
        let good = picoDet([])
        var wrong: [[Tensor]] = [
            [], [Tensor(shape: [], values: [1])], [Tensor(shape: [1, 85, 34], values: [])],
            [Tensor(shape: [1, 84, 8], values: [Float](repeating: 0, count: 672))],
            Array(good.dropLast()), good.reversed(), [Tensor(shape: [85, 34, 1], values: [Float](repeating: 0, count: 85 * 34))],
        ]
        if kind != .picoDet { wrong.append(good) }
        for outputs in wrong {
            #expect(throws: DetectionError.self, "\(outputs.map(\.shape))") { try decoder(kind).decode(outputs, Self.whole) }
        }
        let other = DetectionDecoder(.picoDet, width: 64, height: 64, labels: ["cat", "dog", "owl"])
        let error = #expect(throws: DetectionError.self) { try other.decode(good, Self.whole) }
        #expect(error?.description.contains("64×3") == true && error?.description.contains("1×64×2") == true)
    }
}
