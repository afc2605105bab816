import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Media

@Suite struct JPEGDecoderTests {
    /// A JPEG of colours, and what another program decodes it to: blue, green and red.
    private func picture(_ format: String, width: Int = 51, height: Int = 34) throws -> (jpeg: [UInt8], bgr: [UInt8]) {
        let folder = try TemporaryDirectory("jpeg")
        try TestClips.run([
            "-f", "lavfi", "-i", "smptehdbars=s=\(width)x\(height)", "-frames:v", "1", "-pix_fmt", format, "-q:v", "2",
            folder.path("a.jpg"),
        ])
        try TestClips.run([
            "-i", folder.path("a.jpg"), "-f", "rawvideo", "-pix_fmt", "bgr24", "-sws_flags", "bilinear+accurate_rnd+full_chroma_int",
            folder.path("a.bgr"),
        ])
        return (
            Array(try Data(contentsOf: URL(filePath: folder.path("a.jpg")))),
            Array(try Data(contentsOf: URL(filePath: folder.path("a.bgr"))))
        )
    }

    @Test("A JPEG is decoded to the colours that others see in it", arguments: ["yuvj420p", "yuvj422p", "yuvj444p"])
    func colours(format: String) throws {
        let (jpeg, bgr) = try picture(format)
        let held = try JPEGDecoder.decode(jpeg)
        #expect(held.width == 51 && held.height == 34)
        let bytes = try held.blueGreenRed()
        try #require(bytes.count == bgr.count)
        let difference = zip(bytes, bgr).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(difference < bytes.count * 2, "\(Double(difference) / Double(bytes.count))")
    }

    @Test("Planes are lent with their sizes, their range and their matrix")
    func planes() throws {
        for (format, shiftX, shiftY) in [("yuvj420p", 1, 1), ("yuvj422p", 1, 0), ("yuvj444p", 0, 0)] {
            let held = try JPEGDecoder.decode(try picture(format).jpeg)
            let layout = held.withPlanes { layout, luma, cb, cr in
                #expect(layout.holds(luma: luma.count, chroma: min(cb.count, cr.count)))
                return layout
            }
            #expect(layout?.width == 51 && layout?.height == 34 && layout?.chromaShiftX == shiftX && layout?.chromaShiftY == shiftY)
            #expect(layout?.isFullRange == true && layout?.matrix == .bt601 && layout?.isChromaLeft == false)
        }
    }

    @Test(
        "Ten bits a sample become eight, and video is of limited range",
        arguments: ["yuv420p", "yuv420p10le"])
    func video(format: String) throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 1
        recipe.extra = ["-pix_fmt", format]
        var demuxer = try Demuxer(MediaSource(try TestClips.shared.clip(recipe)), stop: StopFlag())
        var decoder = try VideoDecoder(demuxer.stream, mode: .full)
        var held: HeldPicture?
        while held == nil, let packet = try demuxer.next() {
            try decoder.decode(packet) { _, luma, whole in
                guard held == nil, let picture = whole.hold() else { return }
                held = picture
                let same = picture.withPlanes { layout, plane, cb, cr in
                    #expect(layout.width == 320 && layout.height == 240 && layout.chromaWidth == 160)
                    #expect(!layout.isFullRange && layout.matrix == .bt601 && layout.isChromaLeft)
                    #expect(layout.holds(luma: plane.count, chroma: min(cb.count, cr.count)))
                    return plane[layout.lumaStride * 100 + 100] == luma[layout.lumaStride * 100 + 100]
                }
                #expect(same == true)
            }
        }
        #expect(held != nil)
    }

    @Test("What is no JPEG, damaged, empty or too large is refused")
    func refused() throws {
        let jpeg = try picture("yuvj420p").jpeg
        let header = try #require(jpeg.indices.dropLast(8).first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc0 })
        var empty = jpeg
        empty.replaceSubrange((header + 5)..<(header + 9), with: [0, 0, 0, 0])
        var large = jpeg
        large.replaceSubrange((header + 5)..<(header + 9), with: [0xff, 0xff, 0xff, 0xff])
        for bytes in [[], [0xff], Array("GIF89a".utf8), Array(jpeg[..<header]), empty, large] {
            #expect(#expect(throws: MediaError.self) { try JPEGDecoder.decode(bytes) }?.code == .invalidData)
        }
        #expect(#expect(throws: MediaError.self) { try JPEGDecoder.decode(jpeg, pixelLimit: 51 * 33) }?.code == .invalidData)
    }

    @Test("What is cut off is grey from there on, and an error for those who want all of it")
    func cutOff() throws {
        let jpeg = try picture("yuvj420p", width: 320, height: 240).jpeg
        _ = try JPEGDecoder.decode(jpeg, isStrict: true)
        for share in [40, 60, 80, 95] {
            let part = Array(jpeg[..<(jpeg.count * share / 100)])
            #expect(try JPEGDecoder.decode(part).width == 320)
            #expect(#expect(throws: MediaError.self) { try JPEGDecoder.decode(part, isStrict: true) }?.code == .invalidData, "\(share)")
        }
    }

    @Test("Any bytes changed or cut off end in a picture or an error")
    func mutations() throws {
        let jpeg = try picture("yuvj420p").jpeg
        var generator = SeededGenerator(seed: 3)
        for round in 0..<300 {
            var bytes = jpeg
            if round < 100 {
                bytes = Array(jpeg[..<(jpeg.count * round / 100)])
            } else {
                for _ in 0..<4 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            }
            guard let held = try? JPEGDecoder.decode(bytes, pixelLimit: 1 << 20) else { continue }
            #expect(held.width * held.height <= 1 << 20)
            if let packed = try? held.blueGreenRed() { #expect(packed.count == 3 * held.width * held.height) }
            _ = held.withPlanes { layout, luma, cb, cr in
                #expect(layout.holds(luma: luma.count, chroma: min(cb.count, cr.count)))
            }
        }
    }
}
