import Testing

@testable import Vision

@Suite struct LumaReducerTests {
    @Test(
        "Pictures shrink to at most 320 × 180 pixels of area",
        arguments: [
            (1920, 1080, 320, 180), (3840, 2160, 320, 180), (1280, 720, 320, 180), (768, 432, 256, 144), (352, 288, 176, 144),
            (320, 180, 320, 180),
            (2560, 1920, 256, 192), (16, 16, 16, 16),
        ])
    func sizes(width: Int, height: Int, columns: Int, rows: Int) throws {
        var reducer = LumaReducer()
        let luma = [UInt8](repeating: 77, count: width * height)
        let reduced = reducer.reduce(luma.span, width: width, height: height, stride: width)
        let small = try #require(reduced)
        #expect(small.width == columns)
        #expect(small.height == rows)
        #expect(small.pixels.allSatisfy { abs(Int($0) - 77 * 64) <= 1 })
    }

    @Test("Each pixel is the mean of its box, and the padding behind a row is not read", arguments: [2, 3, 6])
    func means(factor: Int) throws {
        let columns = 320
        let rows = 180
        let width = columns * factor
        let stride = width + 13
        var luma = [UInt8](repeating: 255, count: stride * rows * factor)
        for y in 0..<(rows * factor) {
            for x in 0..<width { luma[y * stride + x] = UInt8((x &* 7 &+ y &* 13 &+ x &* y) & 255) }
        }
        var reducer = LumaReducer()
        let reduced = reducer.reduce(luma.span, width: width, height: rows * factor, stride: stride)
        let small = try #require(reduced)
        for (column, row) in [(0, 0), (columns - 1, 0), (17, 91), (columns - 1, rows - 1)] {
            var sum = 0
            for y in 0..<factor { for x in 0..<factor { sum += Int(luma[(row * factor + y) * stride + column * factor + x]) } }
            let mean = Double(sum) * 64 / Double(factor * factor)
            #expect(abs(Double(small.pixels[row * columns + column]) - mean) <= 1.5)
        }
    }

    @Test(
        "Numbers that describe no picture give nil",
        arguments: [
            (0, 10, 10, 100), (10, 0, 10, 100), (-4, 10, 10, 100), (10, 10, 9, 100), (10, 10, 10, 99), (10, 10, -10, 100),
            (Int.max, 2, Int.max, 100), (100_000, 100_000, 100_000, 100), (10, 10, Int.max, 100), (2, 2, 2, 4),
        ])
    func garbage(width: Int, height: Int, stride: Int, count: Int) {
        var reducer = LumaReducer()
        let luma = [UInt8](repeating: 0, count: count)
        let reduced = reducer.reduce(luma.span, width: width, height: height, stride: stride)
        #expect(reduced?.width == nil)
    }
}
