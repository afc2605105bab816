import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Media

/// Pictures that people took, as their programs write them.
@Suite struct PictureFileTests {
    /// A black picture of 64x48 whose upper left quarter is white, in a format that its name says.
    private func picture(_ name: String, _ options: [String] = [], width: Int = 64, height: Int = 48) throws -> [UInt8] {
        let folder = try TemporaryDirectory("picture")
        let box = "drawbox=0:0:\(width / 2):\(height / 2):white:fill"
        try TestClips.run(
            ["-f", "lavfi", "-i", "color=black:s=\(width)x\(height),format=rgb24,\(box)", "-frames:v", "1"] + options + [folder.path(name)])
        return Array(try Data(contentsOf: URL(filePath: folder.path(name))))
    }

    /// Which quarters are bright: upper left, upper right, lower left, lower right.
    private func quarters(_ picture: HeldPicture) throws -> [Bool] {
        try #require(
            picture.withPlanes { layout, luma, _, _ in
                [(1, 1), (3, 1), (1, 3), (3, 3)].map { x, y in
                    luma[y * layout.height / 4 * layout.lumaStride + x * layout.width / 4] > 128
                }
            })
    }

    /// A JPEG that says how the camera was held, and who took it.
    private func turned(_ orientation: UInt8) throws -> [UInt8] {
        // TIFF, big-endian: one directory with Orientation (0x0112, SHORT) and Artist (0x013B, ASCII).
        let artist = Array("TAKEN-BY-ZAPHODINE\0".utf8)
        var tiff: [UInt8] = Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 2]
        tiff += [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
        tiff += [0x01, 0x3b, 0, 2, 0, 0, 0, UInt8(artist.count), 0, 0, 0, 38, 0, 0, 0, 0] + artist
        let body = Array("Exif\0\0".utf8) + tiff
        let jpeg = try picture("a.jpg", ["-q:v", "2"])
        return Array(jpeg[..<2]) + [0xff, 0xe1, 0, UInt8(body.count + 2)] + body + jpeg[2...]
    }

    /// Names of files, and how ffmpeg is told to write them.
    private static let written = [
        "a.jpg -q:v 2", "b.jpg -pix_fmt yuvj444p", "c.jpg -pix_fmt gray", "a.png", "b.png -pix_fmt rgba", "c.png -pix_fmt gray",
        "d.png -pix_fmt pal8", "e.png -pix_fmt rgb48be", "f.png -pix_fmt monob", "a.webp -quality 80", "b.webp -lossless 1",
        "c.webp -pix_fmt yuva420p",
    ]

    @Test("What people's programs write is read, and scaled down", arguments: written)
    func formats(format: String) throws {
        let words = format.split(separator: " ").map(String.init)
        let bytes = try picture(words[0], Array(words[1...]))
        let whole = try PictureFile.decode(bytes, side: 2048)
        #expect(whole.width == 64 && whole.height == 48)
        #expect(try quarters(whole) == [true, false, false, false])
        let black = whole.withPlanes { layout, luma, _, _ in luma[(layout.height - 1) * layout.lumaStride + layout.width - 1] }
        #expect(try #require(black) < 6, "luma goes from 0")
        let small = try PictureFile.decode(bytes, side: 32)
        #expect(small.width == 32 && small.height == 24)
        #expect(try quarters(small) == [true, false, false, false])
    }

    /// Which quarter is bright for each orientation of EXIF, and for one that does not exist.
    private static let bright: [UInt8: Int] = [1: 0, 2: 1, 3: 3, 4: 2, 5: 0, 6: 1, 7: 3, 8: 2, 9: 0]

    @Test("A picture is turned as the camera was held", arguments: UInt8(1)...9)
    func orientation(value: UInt8) throws {
        let held = try PictureFile.decode(try turned(value), side: 2048)
        let isTurned = (5...8).contains(value)
        #expect(held.width == (isTurned ? 48 : 64) && held.height == (isTurned ? 64 : 48))
        #expect(try quarters(held).firstIndex(of: true) == Self.bright[value])
        // Of what else the file says nothing is left.
        let jpeg = try JPEGEncoder.jpeg(of: held, side: 64, byteLimit: 100_000)
        #expect(Data(try turned(value)).range(of: Data("ZAPHODINE".utf8)) != nil)
        #expect(Data(jpeg).range(of: Data("ZAPHODINE".utf8)) == nil)
    }

    @Test("The orientations of the two sides differ where a picture is not square")
    func mirrored() throws {
        // Rows become columns: the first row of the file is the left side with 5, and the right side with 7.
        for (value, first) in [(UInt8(5), [true, false, false, false]), (7, [false, false, false, true])] {
            #expect(try quarters(try PictureFile.decode(try turned(value), side: 20)) == first)
        }
    }

    @Test("What is cut off, empty or no picture is an error, wherever it is cut")
    func damaged() throws {
        for name in ["a.jpg", "a.png", "a.webp"] {
            let bytes = try picture(name)
            for count in [0, 1, 4, 12, 20, 29, 30, 40, bytes.count / 2, bytes.count - 20] {
                #expect(throws: MediaError.self, "\(name), \(count) bytes") {
                    try PictureFile.decode(Array(bytes[..<max(0, count)]), side: 100)
                }
            }
            var flipped = bytes
            for place in stride(from: 40, to: flipped.count, by: 3) { flipped[place] ^= 0x55 }
            _ = try? PictureFile.decode(flipped, side: 100)
        }
        for text in ["GIF89a" + String(repeating: " ", count: 60), "<svg xmlns='http://www.w3.org/2000/svg' width='5' height='5'/>"] {
            #expect { try PictureFile.decode(Array(text.utf8), side: 100) } throws: { ($0 as? MediaError)?.code == .unsupported }
        }
        let animated = try picture("a.webp")
        var moving = Array(animated[..<12]) + Array("VP8X".utf8) + [10, 0, 0, 0, 0x02, 0, 0, 0, 63, 0, 0, 47, 0, 0] + animated[12...]
        #expect { try PictureFile.decode(moving, side: 100) } throws: { ($0 as? MediaError)?.code == .unsupported }
        moving[20] = 0
        _ = try? PictureFile.decode(moving, side: 100)
    }

    @Test("Only what pixels are made of is unpacked of a PNG, and what has no loss is no JPEG that is read")
    func bombs() throws {
        let bytes = try picture("a.png")
        // A chunk that says nothing but takes room; its checksum is wrong, which a decoder that looked at it would refuse.
        let idat = try #require(Data(bytes).range(of: Data("IDAT".utf8))).lowerBound - 4
        let text = Array("comment\0\0".utf8) + [UInt8](repeating: 0x5a, count: 5000)
        let length = [0, 0, UInt8(truncatingIfNeeded: text.count >> 8), UInt8(truncatingIfNeeded: text.count)]
        let bomb = Array(bytes[..<idat]) + length + Array("zTXt".utf8) + text + [1, 2, 3, 4] + bytes[idat...]
        #expect(PNGChunks.pixels(of: bomb) == PNGChunks.pixels(of: bytes))
        #expect(try quarters(try PictureFile.decode(bomb, side: 100)) == [true, false, false, false])
        let endless = Array(bytes[..<idat]) + [0xff, 0xff, 0xff, 0xff] + bytes[(idat + 4)...]
        #expect(PNGChunks.pixels(of: endless) == nil)
        #expect(throws: MediaError.self) { try PictureFile.decode(endless, side: 100) }
        var jpeg = try picture("a.jpg")
        let frame = try #require(Data(jpeg).range(of: Data([0xff, 0xc0]))).lowerBound
        jpeg[frame + 1] = 0xc3
        #expect { try PictureFile.decode(jpeg, side: 100) } throws: { ($0 as? MediaError)?.code == .unsupported }
    }

    @Test("What a PNG's pixels are packed into may not be more than they have")
    func inflation() throws {
        let idat = Array("IDAT".utf8)
        func parts(_ bytes: [UInt8]) throws -> (head: [UInt8], rest: [UInt8]) {
            let place = try #require(bytes.indices.first { bytes[$0...].starts(with: idat) }) - 4
            return (Array(bytes[..<place]), Array(bytes[place...]))
        }
        let small = try parts(try picture("a.png"))
        let large = try parts(try picture("b.png", width: 640, height: 480))
        #expect(PNGChunks.pixels(of: small.head + small.rest) != nil && PNGChunks.pixels(of: large.head + large.rest) != nil)
        #expect(PNGChunks.pixels(of: small.head + large.rest) == nil)
        #expect { try PictureFile.decode(small.head + large.rest, side: 100) } throws: { ($0 as? MediaError)?.code == .invalidData }
    }

    /// A progressive picture of one grey in which each scan but the first says nothing.
    private static func progressive(_ scans: Int) -> [UInt8] {
        func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] { [0xff, marker, 0, UInt8(body.count + 2)] + body }
        let bits: [UInt8] = [1, 1] + [UInt8](repeating: 0, count: 14)
        var out: [UInt8] = [0xff, 0xd8] + segment(0xdb, [0] + [UInt8](repeating: 1, count: 64))
        out += segment(0xc2, [8, 0, 8, 0, 8, 1, 1, 0x11, 0])
        // One bit is no difference; one bit and fourteen more are the ends of many blocks, two are that of one.
        out += segment(0xc4, [0x00] + bits + [0, 1]) + segment(0xc4, [0x10] + bits + [0xe0, 0x00])
        out += segment(0xda, [1, 1, 0x00, 0, 0, 0]) + [0x7f]
        for _ in 1..<scans { out += segment(0xda, [1, 1, 0x00, 1, 63, 0]) + [0xbf] }
        return out + [0xff, 0xd9]
    }

    @Test("A JPEG has no more scans than a picture needs, wherever they stand")
    func scans() throws {
        #expect(try PictureFile.decode(Self.progressive(JPEGPixels.scanLimit), side: 100).width == 8)
        let many = Self.progressive(JPEGPixels.scanLimit + 1)
        #expect { try PictureFile.decode(many, side: 100) } throws: { ($0 as? MediaError)?.code == .invalidData }
        // Behind the end, and in what a program says beside the picture, nothing is looked at.
        let whole = Self.progressive(2)
        #expect(JPEGPixels.of(whole + many) == whole)
        let comment = [0xff, 0xfe, UInt8((many.count + 2) >> 8), UInt8(truncatingIfNeeded: many.count + 2)] + many
        #expect(JPEGPixels.of(Array(whole[..<2]) + comment + whole[2...]) == whole)
        // A second picture, a segment that is longer than what it holds, and tables without end.
        #expect(JPEGPixels.of(Array(whole[..<2]) + whole) == nil)
        let frame = try #require(whole.indices.first { whole[$0...].starts(with: [0xff, 0xc2]) })
        var longer = whole
        longer[frame + 3] += 2
        #expect(JPEGPixels.of(longer) == nil)
        let table = [0xff, 0xdb, 0xff, 0xff] + [UInt8](repeating: 0, count: 65_533)
        #expect(JPEGPixels.of(Array(whole[..<2]) + table + table + table + whole[2...]) == nil)
    }

    @Test("No pixels and too many are refused before anything is decoded, whatever the format")
    func sizes() throws {
        func png(_ width: UInt32, _ height: UInt32, depth: UInt8 = 8) throws -> [UInt8] {
            var bytes = try picture("a.png")
            for (place, value) in [(16, width), (20, height)] {
                for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index)) }
            }
            bytes[24] = depth
            return bytes
        }
        let cases = [
            (try png(0, 48), "no pixels"), (try png(64, 0), "no pixels"), (try png(10_000, 10_000), "50 megapixels"),
            (try png(.max, .max), "50 megapixels"), (try png(6_000, 5_000, depth: 16), "25 megapixels"),
        ]
        for (bytes, words) in cases {
            #expect { try PictureFile.decode(bytes, side: 100) } throws: {
                guard let error = $0 as? MediaError else { return false }
                return error.code == .invalidData && error.message.contains(words)
            }
        }
        var jpeg = try picture("a.jpg")
        let frame = try #require(Data(jpeg).range(of: Data([0xff, 0xc0]))).lowerBound
        (jpeg[frame + 5], jpeg[frame + 7]) = (0xff, 0xff)
        #expect { try PictureFile.decode(jpeg, side: 100) } throws: { ($0 as? MediaError)?.message.contains("50 megapixels") == true }
    }
}
