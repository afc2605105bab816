import Testing
import Vision

@Suite struct NetpbmTests {
    private static let limit = 1 << 20

    private func read(_ header: String, _ pixels: [UInt8], limit: Int = limit) throws(PreprocessingError) -> PackedPicture {
        try PackedPicture(netpbm: Array(header.utf8) + pixels, pixelLimit: limit)
    }

    @Test("A pixmap's bytes are those of the picture, and a greymap has each three times")
    func pixels() throws {
        let colour = try read("P6\n2 1\n255\n", [1, 2, 3, 4, 5, 6])
        #expect(colour == PackedPicture(width: 2, height: 1, order: .rgb, bytes: [1, 2, 3, 4, 5, 6]))
        let grey = try read("P5 1 2 255\n", [7, 9])
        #expect(grey == PackedPicture(width: 1, height: 2, order: .rgb, bytes: [7, 7, 7, 9, 9, 9]))
    }

    @Test("Comments and blanks may stand between the numbers, one blank ends the header, and what follows the picture is left")
    func headers() throws {
        let picture = try read("P6# made by hand\r\n#2 2\n 1\t# across\n1  255 ", [10, 32, 35, 99])
        #expect(picture == PackedPicture(width: 1, height: 1, order: .rgb, bytes: [10, 32, 35]))
    }

    @Test(
        "What is none, damaged, cut off, of other steps or too large is refused",
        arguments: [
            ("", "no portable"), ("P6", "no portable"), ("P3 1 1 255 1 2 3", "no portable"), ("GIF89a", "no portable"),
            ("P6 ", "damaged"), ("P6 1 1 255", "damaged"), ("P61 1 255 abc", "damaged"), ("P6 1 -1 255 abc", "damaged"),
            ("P6 1 x 255 abc", "damaged"), ("P6 9999999999 1 255 abc", "damaged"), ("P6 1 1 # 255 abc", "damaged"),
            ("P6 0 1 255 abc", "no pixels"), ("P6 1 1 65535 abcdef", "65535"), ("P6 1 1 0 abc", "255"),
            ("P6 1 1 255 ab", "cut off: 2 of 3"), ("P5 2 2 255 abc", "cut off: 3 of 4"), ("P6 11 10 255 abc", "larger"),
            ("P6 999999999 999999999 255 abc", "larger"),
        ])
    func refused(text: String, words: String) {
        let error = #expect(throws: PreprocessingError.self) { try read(text, [], limit: 100) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
