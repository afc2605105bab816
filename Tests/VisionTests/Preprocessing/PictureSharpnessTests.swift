import Testing

@testable import Vision

@Suite struct PictureSharpnessTests {
    private static let (width, height, stride) = (400, 300, 416)

    /// A chessboard, each pixel the mean of those around it.
    /// - Parameter blur: How far around; 0: sharp.
    private func luma(blur: Int) -> [UInt8] {
        var luma = [UInt8](repeating: 0, count: Self.stride * Self.height)
        for y in 0..<Self.height {
            for x in 0..<Self.width {
                var sum = 0
                for dx in -blur...blur { sum += ((x + dx + 800) / 8 + y / 8) % 2 * 200 }
                luma[y * Self.stride + x] = UInt8(sum / (2 * blur + 1))
            }
        }
        return luma
    }

    private func measure(_ luma: [UInt8], _ part: PixelRectangle) -> Double {
        PictureSharpness.measure(part, luma: luma.span, stride: Self.stride, width: Self.width, height: Self.height)
    }

    @Test("The more a picture is blurred, the less sharp it is, in small parts and in large ones", arguments: [60, 290])
    func blur(side: Int) {
        let part = PixelRectangle(x: 7, y: 5, width: side, height: side)
        let sharpness = [0, 1, 3].map { measure(luma(blur: $0), part) }
        #expect(sharpness[0] > 1.2 * sharpness[1] && sharpness[1] > 1.2 * sharpness[2])
        #expect(measure([UInt8](repeating: 90, count: Self.stride * Self.height), part) == 0)
    }

    @Test("Only the part counts, up to the picture's edges")
    func part() {
        var luma = [UInt8](repeating: 90, count: Self.stride * Self.height)
        for x in 0..<100 { luma[200 * Self.stride + x] = 200 }
        #expect(measure(luma, PixelRectangle(x: 0, y: 0, width: 400, height: 190)) == 0)
        #expect(measure(luma, PixelRectangle(x: 0, y: 190, width: 90, height: 110)) > 0)
        // A stride is no part of the picture.
        for y in 0..<300 { luma[y * Self.stride + 410] = 255 }
        #expect(measure(luma, PixelRectangle(x: 300, y: 0, width: 100, height: 300)) == 0)
    }

    @Test(
        "A part that is none has no sharpness",
        arguments: [(0, 0, 2, 100), (390, 0, 20, 20), (-1, 0, 20, 20), (0, 290, 20, 20), (0, 0, 0, 0)])
    func none(x: Int, y: Int, width: Int, height: Int) {
        let luma = luma(blur: 0)
        #expect(measure(luma, PixelRectangle(x: x, y: y, width: width, height: height)) == 0)
        #expect(
            PictureSharpness.measure(
                PixelRectangle(x: 0, y: 0, width: 50, height: 50), luma: luma.span, stride: Self.stride, width: Self.width, height: 400)
                == 0)
    }
}
