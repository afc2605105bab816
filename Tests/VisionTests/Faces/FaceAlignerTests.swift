import Foundation
import MediaTypes
import Testing

@testable import Vision

@Suite struct FaceAlignerTests {
    private static let input = PictureInput(width: 128, height: 128, order: .bgr)
    private let aligner = FaceAligner(input)

    /// A picture whose brightness tells the place: red across, green down.
    private func picture(width: Int, height: Int) -> PackedPicture {
        var bytes: [UInt8] = []
        for y in 0..<height { for x in 0..<width { bytes += [UInt8(x * 255 / width), UInt8(y * 255 / height), 40] } }
        return PackedPicture(width: width, height: height, order: .rgb, bytes: bytes)
    }

    /// A face whose landmarks lie as the template's do, turned, scaled and moved.
    private func face(_ transform: SimilarityTransform, width: Int, height: Int) -> DetectedFace {
        let points = FaceAligner.retail0095.map { point in
            let place = transform.apply(point)
            return PicturePoint(x: place.x / Double(width), y: place.y / Double(height))
        }
        return DetectedFace(score: 0.9, box: Box(x: 0, y: 0, width: 1, height: 1), landmarks: points)
    }

    @Test("A transform is found from points, and its inverse undoes it")
    func transform() throws {
        let wanted = SimilarityTransform(a: 1.2, b: -0.5, moveX: 30, moveY: -7)
        let moved = FaceAligner.retail0095.map { wanted.apply($0) }
        let found = try #require(SimilarityTransform(from: FaceAligner.retail0095, to: moved))
        #expect(abs(found.a - 1.2) < 1e-9 && abs(found.b + 0.5) < 1e-9 && abs(found.moveX - 30) < 1e-9 && abs(found.moveY + 7) < 1e-9)
        let back = try #require(found.inverse)
        for (point, there) in zip(FaceAligner.retail0095, moved) {
            #expect(abs(back.apply(there).x - point.x) < 1e-9 && abs(back.apply(there).y - point.y) < 1e-9)
        }
        let one = PicturePoint(x: 1, y: 1)
        #expect(SimilarityTransform(from: [one, one], to: [one, one]) == nil)
        #expect(SimilarityTransform(from: [one, PicturePoint(x: .nan, y: 0)], to: [one, one]) == nil)
    }

    @Test("Each pixel of an aligned face is the one that lies there, in the model's order, turned back and scaled")
    func aligned() throws {
        let (width, height) = (400, 300)
        let transform = SimilarityTransform(a: 0.9, b: 0.4, moveX: 120, moveY: 60)
        let values = try #require(
            try aligner.align(face(transform, width: width, height: height), in: picture(width: width, height: height)))
        for (x, y) in [(20, 30), (64, 64), (100, 90)] {
            let place = transform.apply(PicturePoint(x: Double(x), y: Double(y)))
            let (red, green) = (values[2 * 128 * 128 + y * 128 + x], values[128 * 128 + y * 128 + x])
            #expect(abs(Double(red) - place.x * 255 / Double(width)) < 1.5 && abs(Double(green) - place.y * 255 / Double(height)) < 1.5)
            #expect(abs(values[y * 128 + x] - 40) < 0.01)
        }
    }

    @Test("The planes of a decoded picture give the same face as its bytes, within a step")
    func planes() throws {
        let (width, height) = (200, 200)
        let layout = PlanarLayout(width: width, height: height, lumaStride: width, chromaStride: 0, isFullRange: true, matrix: .bt601)
        let luma = (0..<(width * height)).map { UInt8(($0 % width) * 255 / width) }
        let grey = PackedPicture(width: width, height: height, order: .bgr, bytes: luma.flatMap { [$0, $0, $0] })
        let face = face(SimilarityTransform(a: 0.8, b: -0.3, moveX: 40, moveY: 70), width: width, height: height)
        let none: [UInt8] = []
        let fromPlanes = try #require(try aligner.align(face, luma: luma.span, cb: none.span, cr: none.span, layout))
        let fromBytes = try #require(try aligner.align(face, in: grey))
        #expect(zip(fromPlanes, fromBytes).allSatisfy { abs($0 - $1) < 1 })
    }

    @Test("Faces beyond the edge, landmarks in one place or that are no numbers, and planes that are too small do no harm")
    func broken() throws {
        let away = try aligner.align(
            face(SimilarityTransform(a: 1, b: 0, moveX: -1e6, moveY: 1e6), width: 64, height: 64), in: picture(width: 64, height: 64))
        #expect(away?.allSatisfy { $0 == 0 } == true)
        for value in [0.5, .nan, .infinity] {
            let face = DetectedFace(
                score: 1, box: Box(x: 0, y: 0, width: 1, height: 1),
                landmarks: [PicturePoint](repeating: .init(x: value, y: value), count: 5))
            #expect(try aligner.align(face, in: picture(width: 64, height: 64)) == nil)
        }
        var short = picture(width: 64, height: 64)
        short.bytes.removeLast()
        #expect(throws: PreprocessingError.self) {
            try aligner.align(face(SimilarityTransform(a: 1, b: 0, moveX: 0, moveY: 0), width: 64, height: 64), in: short)
        }
    }

    @Test("A face that is small, turned away or blurred is not good enough")
    func quality() throws {
        let side = 128
        func noise(_ contrast: Float) -> [Float] { (0..<(3 * side * side)).map { 128 + contrast * Float(($0 * 7919) % 13 - 6) } }
        func quality(_ transform: SimilarityTransform, nose: Double = 0, contrast: Float = 8) throws -> FaceQuality {
            var face = face(transform, width: 400, height: 400)
            face.landmarks[2].x += nose / 400
            return try #require(FaceQuality(face, pictureWidth: 400, pictureHeight: 400, aligned: noise(contrast), side: side))
        }
        let gate = FaceQuality.Gate()
        let upright = SimilarityTransform(a: 1, b: 0, moveX: 100, moveY: 100)
        #expect(try quality(upright).passes(gate))
        #expect(try abs(quality(upright).eyeDistance - 46.983) < 1e-6)
        #expect(try !quality(SimilarityTransform(a: 0.3, b: 0, moveX: 100, moveY: 100)).passes(gate))
        #expect(try !quality(SimilarityTransform(a: 0.5, b: 0.9, moveX: 100, moveY: 100)).passes(gate))
        #expect(try !quality(upright, nose: 30).passes(gate))
        #expect(try !quality(upright, contrast: 0.2).passes(gate))
    }
}
