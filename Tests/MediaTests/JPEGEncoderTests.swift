import Base
import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Media

@Suite("JPEGEncoder")
struct JPEGEncoderTests {
    /// A JPEG as another program decodes it.
    private struct Decoded {
        var width: Int
        var height: Int
        var rgb: [UInt8]

        init(_ jpeg: [UInt8]) throws {
            let size = try #require(JPEGHeader.size(of: jpeg))
            (width, height) = size
            let folder = try TemporaryDirectory("jpeg")
            try Data(jpeg).write(to: URL(filePath: folder.path("a.jpg")))
            try TestClips.run([
                "-xerror", "-err_detect", "explode", "-i", folder.path("a.jpg"), "-f", "rawvideo", "-pix_fmt", "rgb24",
                folder.path("a.rgb"),
            ])
            rgb = Array(try Data(contentsOf: URL(filePath: folder.path("a.rgb"))))
            try #require(rgb.count == width * height * 3)
        }

        /// The mean colour of a square around a place in fractions of the picture.
        func mean(x: Double, y: Double) -> [Double] {
            let (left, top) = (Int(x * Double(width)), Int(y * Double(height)))
            var sums = [0.0, 0, 0]
            for row in (top - 3)...(top + 3) {
                for column in (left - 3)...(left + 3) { for part in 0..<3 { sums[part] += Double(rgb[(row * width + column) * 3 + part]) } }
            }
            return sums.map { $0 / 49 }
        }
    }

    /// Holds the first picture from `seconds` on, decodes everything, and only then makes the still.
    private func still(_ path: String, after seconds: Double = 0, mode: DecodeMode = .motion) throws -> StillPicture {
        var demuxer = try Demuxer(MediaSource(path), stop: StopFlag())
        var decoder = try VideoDecoder(demuxer.stream, mode: mode)
        var held: HeldPicture?
        func keep(_ picture: DecodedPicture, _ luma: Span<UInt8>, _ whole: borrowing LentPicture) {
            if held == nil, picture.presentationTime.seconds >= seconds { held = whole.hold() }
        }
        while let packet = try demuxer.next() { try decoder.decode(packet, keep) }
        try decoder.flush(keep)
        return try JPEGEncoder.still(of: try #require(held))
    }

    /// A clip of one colour left and another right.
    private func colours(_ folder: TemporaryDirectory, size: String, _ encoder: [String]) throws -> String {
        let path = folder.path("colours.mkv")
        try TestClips.run(
            [
                "-f", "lavfi", "-i", "color=c=0xC02020:s=\(size):r=5:d=1,format=yuv444p", "-vf",
                "drawbox=x=iw/2:w=iw/2:h=ih:t=fill:c=0x2020C0,drawbox=x=iw/2:w=iw/2:h=ih/2:t=fill:c=white",
            ] + encoder + [path])
        return path
    }

    @Test(
        "Colours and brightness come through, whatever the decoder gives",
        arguments: [
            ["libx264", "yuv420p"], ["libx264", "yuvj420p"], ["libx264", "yuv422p"], ["libx264", "yuv444p"], ["libx265", "yuv420p10le"],
            ["libx265", "yuv422p10le"], ["libx264", "yuv420p10le"], ["mjpeg", "yuvj420p"], ["mjpeg", "yuvj422p"], ["mjpeg", "yuvj444p"],
        ])
    func formats(clip: [String]) throws {
        let folder = try TemporaryDirectory("colours")
        // Nothing is filled with zeros by chance: BT.601 as JPEG has it.
        let path = try colours(folder, size: "640x360", ["-c:v", clip[0], "-pix_fmt", clip[1], "-colorspace", "smpte170m"])
        let still = try still(path)
        for jpeg in [still.jpeg, still.thumbnail] {
            let picture = try Decoded(jpeg)
            for (place, colour) in [
                ((0.25, 0.5), [192.0, 32, 32]), ((0.75, 0.75), [32, 32, 192]), ((0.75, 0.25), [255, 255, 255]),
            ] {
                let mean = picture.mean(x: place.0, y: place.1)
                #expect(zip(mean, colour).allSatisfy { abs($0 - $1) < 12 }, "\(place): \(mean)")
            }
        }
    }

    @Test("A grey picture is grey")
    func grey() throws {
        let folder = try TemporaryDirectory("grey")
        let still = try still(colours(folder, size: "320x180", ["-c:v", "libx265", "-pix_fmt", "gray"]))
        let mean = try Decoded(still.jpeg).mean(x: 0.75, y: 0.25)
        #expect(mean.allSatisfy { $0 > 245 })
    }

    @Test(
        "A still is never wider or higher than it may be, keeps its proportions, and is never enlarged",
        arguments: [
            ("1920x1080", (1280, 720), (320, 180)), ("640x360", (640, 360), (320, 180)), ("200x120", (200, 120), (200, 120)),
            ("321x241", (321, 241), (320, 240)), ("721x1601", (576, 1280), (144, 320)), ("1281x33", (1280, 33), (320, 8)),
        ])
    func sizes(size: String, expected: (Int, Int), thumbnail: (Int, Int)) throws {
        let folder = try TemporaryDirectory("sizes")
        let still = try still(colours(folder, size: size, ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"]))
        let picture = try Decoded(still.jpeg)
        #expect((picture.width, picture.height) == expected)
        #expect(JPEGHeader.size(of: still.thumbnail).map { [$0.width, $0.height] } == [thumbnail.0, thumbnail.1])
    }

    @Test("Noise, which nothing compresses, still stays within the bytes", arguments: [("640x360", 640), ("1920x1080", 1280)])
    func bytes(size: String, width: Int) throws {
        let folder = try TemporaryDirectory("noise")
        let path = folder.path("noise.mkv")
        try TestClips.run([
            "-f", "lavfi", "-i", "color=c=gray:s=\(size):r=1:d=1", "-vf", "noise=alls=100:allf=t,format=yuvj420p", "-c:v", "mjpeg", "-q:v",
            "2",
            path,
        ])
        let still = try still(path)
        #expect(still.jpeg.count <= JPEGEncoder.byteLimit && still.jpeg.count > JPEGEncoder.byteLimit / 3)
        #expect(still.thumbnail.count <= JPEGEncoder.thumbnailByteLimit)
        #expect(try Decoded(still.jpeg).width <= width)
        _ = try Decoded(still.thumbnail)
    }

    @Test("A held picture is that of its time, though the decoder has gone on", arguments: ["libx264", "libx265", "mjpeg"])
    func held(encoder: String) throws {
        var recipe = TestClips.Recipe()
        recipe.encoder = encoder
        recipe.container = "mkv"
        let still = try Decoded(still(TestClips.shared.clip(recipe), after: 1.99).jpeg)
        // Two seconds in, the white box of 48 pixels has moved 80 pixels to the right, at a third of the height.
        #expect(still.mean(x: 105.0 / 320, y: 105.0 / 240)[0] > 225)
        #expect(still.mean(x: 215.0 / 320, y: 105.0 / 240)[0] < 150)
    }

    @Test("Making stills over and over holds no memory")
    func memory() throws {
        var recipe = TestClips.Recipe()
        (recipe.width, recipe.height, recipe.seconds) = (1920, 1080, 1)
        let clip = try TestClips.shared.clip(recipe)
        func residentMegabytes() throws -> Int {
            let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
            return (Int(fields[1]) ?? 0) * 4096 / 1_048_576
        }
        for _ in 0..<3 { _ = try still(clip) }
        let before = try residentMegabytes()
        for _ in 0..<20 { _ = try still(clip) }
        // One picture of 3 MB left behind a round would be 60 MB.
        #expect(try residentMegabytes() - before < 40)
    }
}
