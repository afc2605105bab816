extension PackedPicture {
    /// Digits of a number in the header, at most: more are no size that is read.
    private static let digitLimit = 9

    /// Reads a portable pixmap or greymap in its binary form (`P6`, `P5`; the netpbm project's ppm(5) and pgm(5)): what other programs write where a
    /// picture's bytes are to stay what they are. Of several pictures in a file the first counts. Any bytes are safe to pass.
    /// - Throws: Where it is none, has other than 256 steps a channel, is larger than `pixelLimit`, or is cut off.
    package init(netpbm bytes: [UInt8], pixelLimit: Int) throws(PreprocessingError) {
        guard Self.isNetpbm(bytes) else { throw PreprocessingError("a picture is no portable pixmap or greymap") }
        var place = 2
        var numbers: [Int] = []
        while numbers.count < 3 {
            guard let number = Self.number(in: bytes, at: &place) else {
                throw PreprocessingError("the header of a portable pixmap is damaged, or cut off")
            }
            numbers.append(number)
        }
        let (width, height) = (numbers[0], numbers[1])
        guard width > 0, height > 0 else { throw PreprocessingError("a picture of \(width)×\(height) has no pixels") }
        guard width <= pixelLimit / height else { throw PreprocessingError("a picture of \(width)×\(height) is larger than is read") }
        guard numbers[2] == 255 else {
            throw PreprocessingError("a portable pixmap with \(numbers[2]) as its brightest is not read: only 255 is")
        }
        // One blank ends the header.
        place += 1
        let isColour = bytes[1] == UInt8(ascii: "6")
        let wanted = width * height * (isColour ? 3 : 1)
        guard bytes.count - place >= wanted else {
            throw PreprocessingError(
                "a picture of \(width)×\(height) is cut off: \(max(0, bytes.count - place)) of \(wanted) bytes are there")
        }
        let pixels = bytes[place..<(place + wanted)]
        self.init(
            width: width, height: height, order: .rgb, bytes: isColour ? Array(pixels) : pixels.flatMap { [$0, $0, $0] })
    }

    /// Whether bytes begin as a binary pixmap or greymap does.
    package static func isNetpbm(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == UInt8(ascii: "P") && [UInt8(ascii: "5"), UInt8(ascii: "6")].contains(bytes[1])
    }

    /// The next number of the header, after blanks and comments. `place` is behind its last digit then, where a blank stands.
    private static func number(in bytes: [UInt8], at place: inout Int) -> Int? {
        let blanks: Set<UInt8> = [9, 10, 11, 12, 13, 32]
        let start = place
        while place < bytes.count, blanks.contains(bytes[place]) || bytes[place] == UInt8(ascii: "#") {
            if bytes[place] == UInt8(ascii: "#") {
                while place < bytes.count, bytes[place] != 10, bytes[place] != 13 { place += 1 }
            } else {
                place += 1
            }
        }
        guard place > start else { return nil }
        var number = 0
        let first = place
        while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]), place - first < digitLimit {
            number = number * 10 + Int(bytes[place] - UInt8(ascii: "0"))
            place += 1
        }
        guard place > first, place < bytes.count, blanks.contains(bytes[place]) else { return nil }
        return number
    }
}
