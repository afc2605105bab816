import MediaTypes
import Testing
import Vision

@Suite struct PicturePreprocessorTests {
    private func plain(_ width: Int, _ height: Int, _ order: PackedPicture.Order = .rgb, fit: PictureInput.Fit = .stretch)
        -> PicturePreprocessor
    {
        PicturePreprocessor(PictureInput(width: width, height: height, order: order, fit: fit))
    }

    /// A grey picture from one value a pixel.
    private func grey(_ width: Int, _ values: [UInt8]) -> PackedPicture {
        PackedPicture(width: width, height: values.count / width, order: .rgb, bytes: values.flatMap { [$0, $0, $0] })
    }

    @Test("Pixels come in the model's order, layout and range")
    func orders() throws {
        let picture = PackedPicture(width: 2, height: 1, order: .bgr, bytes: [10, 20, 30, 40, 50, 60])
        #expect(try plain(2, 1, .bgr).prepare(picture).values == [10, 40, 20, 50, 30, 60])
        #expect(try plain(2, 1, .rgb).prepare(picture).values == [30, 60, 20, 50, 10, 40])
        var input = PictureInput(width: 2, height: 1, order: .rgb, layout: .interleaved, mean: [30, 0, 0], deviation: [1, 10, 2])
        #expect(input.shape == [1, 1, 2, 3])
        #expect(try PicturePreprocessor(input).prepare(picture).values == [0, 2, 5, 30, 5, 20])
        input.layout = .planar
        #expect(input.shape == [1, 3, 1, 2])
        #expect(try PicturePreprocessor(input).prepare(picture).values == [0, 30, 2, 5, 5, 20])
    }

    @Test("Between two pixels it is as far as their middles are, and the edges go on")
    func halves() throws {
        #expect(try plain(4, 1).prepare(grey(2, [0, 100])).values.prefix(4) == [0, 25, 75, 100])
        #expect(try plain(1, 4).prepare(grey(1, [0, 100])).values.prefix(4) == [0, 25, 75, 100])
        // Made smaller, only the two nearest count: no filter.
        #expect(try plain(2, 1).prepare(grey(8, [0, 10, 20, 200, 0, 40, 60, 9])).values.prefix(2) == [15, 50])
        #expect(
            try plain(2, 2).prepare(grey(4, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150])).values.prefix(4) == [
                25, 45, 105, 125,
            ])
        #expect(try plain(3, 3).prepare(grey(1, [77])).values == [Float](repeating: 77, count: 27))
    }

    @Test("Every step is that of OpenCV's resize, with which the models were measured")
    func openCV() throws {
        let values = (0..<35).map { (index: Int) -> UInt8 in
            let bent = (index * index * 31) % 113
            return UInt8((index * 97 + bent) % 256)
        }
        let picture = grey(7, values)
        // What its INTER_LINEAR makes of the same picture (4.14 and 5.0).
        let smaller: [Float] = [86, 175, 139, 117, 104, 55, 65, 165, 131, 173, 131, 191]
        let larger: [Float] = [
            0, 70, 147, 201, 129, 119, 171, 96, 114, 169, 95, 99, 120, 169, 164, 148, 127, 126, 116, 105, 214, 133, 81, 121, 202, 181, 70,
            157, 119, 35, 181, 94, 34, 67, 140, 136, 59, 89, 129, 166, 145, 95, 64, 88, 102, 102, 89, 54, 119, 212, 104, 136, 169, 186, 87,
            80, 158, 53, 87, 175, 137, 127, 139, 192, 79, 63, 151, 132, 164, 210, 165, 117, 107, 190, 73, 52, 140, 194, 226, 241,
        ]
        #expect(Array(try plain(4, 3).prepare(picture).values.prefix(12)) == smaller)
        #expect(Array(try plain(10, 8).prepare(picture).values.prefix(80)) == larger)
    }

    @Test("A part is taken as if it were the picture, and its boxes come back to the picture")
    func part() throws {
        let picture = grey(4, Array(0..<16))
        let part = PixelRectangle(x: 1, y: 2, width: 2, height: 2)
        let prepared = try plain(4, 2).prepare(picture, part: part)
        #expect(prepared.values.prefix(8) == [9, 9, 10, 10, 13, 13, 14, 14])
        #expect(prepared.placement.box(left: 0, top: 0, right: 4, bottom: 2) == Box(x: 0.25, y: 0.5, width: 0.5, height: 0.5))
        #expect(prepared.placement.box(left: 2, top: 1, right: 4, bottom: 2) == Box(x: 0.5, y: 0.75, width: 0.25, height: 0.25))
    }

    @Test("Keeping its proportions, a picture lies in the corner or in the middle, and the rest is filled")
    func proportions() throws {
        let picture = grey(4, [UInt8](repeating: 50, count: 8))
        let corner = try plain(4, 4, fit: .corner(fill: 114)).prepare(picture)
        let (fifty, fill) = ([Float](repeating: 50, count: 8), [Float](repeating: 114, count: 8))
        #expect(Array(corner.values.prefix(16)) == fifty + fill)
        #expect(corner.placement.box(left: 0, top: 0, right: 4, bottom: 2) == Box(x: 0, y: 0, width: 1, height: 1))
        let centre = try plain(8, 8, fit: .centre(fill: 0)).prepare(picture)
        let margin = [Float](repeating: 0, count: 16)
        let middle = [Float](repeating: 50, count: 32)
        #expect(Array(centre.values.prefix(64)) == margin + middle + margin)
        #expect(centre.placement.box(left: 4, top: 2, right: 8, bottom: 6) == Box(x: 0.5, y: 0, width: 0.5, height: 1))
        var input = PictureInput(width: 1, height: 2, order: .rgb, layout: .interleaved, fit: .corner(fill: 10))
        (input.mean, input.deviation) = ([10, 20, 30], [1, 2, 4])
        #expect(try PicturePreprocessor(input).prepare(grey(1, [50])).values == [40, 15, 5, 0, -5, -5])
    }

    /// Red, green, blue and white in numbers of the standards.
    static let standards: [(PlanarLayout.Matrix, Bool, [[UInt8]])] = [
        (.bt601, false, [[81, 90, 240], [145, 54, 34], [41, 240, 110], [235, 128, 128]]),
        (.bt601, true, [[76, 85, 255], [150, 44, 21], [29, 255, 107], [255, 128, 128]]),
        (.bt709, false, [[63, 102, 240], [173, 42, 26], [32, 240, 118], [235, 128, 128]]),
        (.bt709, true, [[54, 99, 255], [182, 30, 12], [18, 255, 116], [255, 128, 128]]),
    ]

    @Test("Luma and chroma become the colours that the standards say", arguments: standards)
    func colours(matrix: PlanarLayout.Matrix, isFullRange: Bool, colours: [[UInt8]]) throws {
        let expected: [[Float]] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]
        for (colour, expected) in zip(colours, expected) {
            for (shiftX, shiftY) in [(0, 0), (1, 0), (1, 1)] {
                let layout = PlanarLayout(
                    width: 4, height: 4, lumaStride: 5, chromaStride: 6, chromaShiftX: shiftX, chromaShiftY: shiftY,
                    isFullRange: isFullRange, matrix: matrix)
                let planes = colour.map { [UInt8](repeating: $0, count: 40) }
                let (luma, cb, cr) = (planes[0], planes[1], planes[2])
                let prepared = try plain(2, 2).prepare(luma: luma.span, cb: cb.span, cr: cr.span, layout)
                for channel in 0..<3 {
                    for pixel in 0..<4 {
                        // Colours in whole steps are two off at most.
                        #expect(abs(prepared.values[channel * 4 + pixel] - expected[channel]) <= 2, "\(colour) \(prepared.values)")
                    }
                }
            }
        }
    }

    @Test("Chroma lies where the stream says: at the first of two pixels, or between them")
    func sites() throws {
        // Luma 128 throughout; blue rises by 64 from one chroma sample to the next, which stands for two pixels.
        let luma = [UInt8](repeating: 128, count: 4)
        let (cb, cr): ([UInt8], [UInt8]) = ([96, 160], [128, 128])
        var layout = PlanarLayout(
            width: 4, height: 1, lumaStride: 4, chromaStride: 2, chromaShiftX: 1, chromaShiftY: 0, isFullRange: true, matrix: .bt601)
        let left = try plain(4, 1).prepare(luma: luma.span, cb: cb.span, cr: cr.span, layout).values
        layout.isChromaLeft = false
        let middle = try plain(4, 1).prepare(luma: luma.span, cb: cb.span, cr: cr.span, layout).values
        for (blue, cb) in zip(left[8...], [-32, 0, 32, 32] as [Float]) { #expect(abs(blue - (128 + 1.772 * cb)) < 0.01, "\(left)") }
        for (blue, cb) in zip(middle[8...], [-32, -16, 16, 32] as [Float]) { #expect(abs(blue - (128 + 1.772 * cb)) < 0.01, "\(middle)") }
    }

    @Test("Planes without chroma are grey, and a part of planes is that of the picture")
    func planes() throws {
        let luma: [UInt8] = Array(0..<16)
        let none: [UInt8] = []
        let layout = PlanarLayout(width: 4, height: 4, lumaStride: 4, chromaStride: 0, isFullRange: true, matrix: .bt601)
        let part = PixelRectangle(x: 1, y: 2, width: 2, height: 2)
        let prepared = try plain(4, 2).prepare(luma: luma.span, cb: none.span, cr: none.span, layout, part: part)
        let packed = try plain(4, 2).prepare(grey(4, luma), part: part)
        #expect(zip(prepared.values, packed.values).allSatisfy { abs($0 - $1) <= 0.5 })
        #expect(prepared.placement == packed.placement)
    }

    @Test("Pictures of no pixels, of too many, of other sizes than their bytes, and parts outside are refused")
    func refused() throws {
        for (width, height, count) in [(0, 0, 0), (0, 5, 0), (-1, 4, 12), (2, 2, 11), (2, 2, 13), (100_000, 100_000, 0), (.max, .max, 3)] {
            let picture = PackedPicture(width: width, height: height, order: .rgb, bytes: [UInt8](repeating: 0, count: count))
            #expect(throws: PreprocessingError.self) { try plain(4, 4).prepare(picture) }
            let layout = PlanarLayout(width: width, height: height, lumaStride: width, chromaStride: width)
            let bytes = picture.bytes
            let few = Array(bytes.prefix(3))
            if count != 13 {
                #expect(throws: PreprocessingError.self) {
                    try plain(4, 4).prepare(luma: few.span, cb: bytes.span, cr: bytes.span, layout)
                }
            }
        }
        let picture = grey(4, Array(0..<16))
        for part in [(0, 0, 0, 1), (-1, 0, 2, 2), (3, 0, 2, 1), (0, 4, 1, 1), (.max, 0, 1, 1), (1, 1, .max, 1)] {
            let part = PixelRectangle(x: part.0, y: part.1, width: part.2, height: part.3)
            #expect(throws: PreprocessingError.self) { try plain(4, 4).prepare(picture, part: part) }
        }
        let luma = [UInt8](repeating: 0, count: 16)
        let chroma = [UInt8](repeating: 0, count: 3)
        let layout = PlanarLayout(width: 4, height: 4, lumaStride: 4, chromaStride: 2)
        #expect(throws: PreprocessingError.self) {
            try plain(4, 4).prepare(luma: luma.span, cb: chroma.span, cr: chroma.span, layout)
        }
    }
}
