import Foundation
import Hub
import Media
import Protocol
import Sight
import TestSupport
import Testing
import Vision

/// What the hub's reader makes of real pictures of people and animals.
@Suite(.serialized) struct PictureReaderTests {
    private static let data = URL(filePath: FileManager.default.currentDirectoryPath)
        .appendingPathComponent("../shared/testdata").standardized.path

    /// Pictures of the test data side by side, scaled up, in a format that its name says.
    private func picture(_ paths: [String], as name: String = "a.jpg", height: Int = 480) throws -> HeldPicture {
        let folder = try TemporaryDirectory("reader")
        let inputs = paths.flatMap { ["-i", "\(Self.data)/images/\($0)"] }
        let scaled = paths.indices.map { "[\($0)]scale=-2:\(height),setsar=1[s\($0)]" }.joined(separator: ";")
        let joined = paths.indices.map { "[s\($0)]" }.joined() + (paths.count > 1 ? "hstack=\(paths.count)" : "null")
        try TestClips.run(inputs + ["-filter_complex", "\(scaled);\(joined)", "-frames:v", "1", folder.path(name)])
        return try PictureFile.decode(Array(try Data(contentsOf: URL(filePath: folder.path(name)))), side: 2048)
    }

    @Test("People of a picture are found, each to be known again by, and nobody where there is nobody")
    func faces() async throws {
        guard FileManager.default.fileExists(atPath: Self.data) else {
            print("skipped: ../shared/testdata is not here, so faces in real pictures are not read")
            return
        }
        let reader = ModelPictureReader(folder: "\(Self.data)/models")
        try reader.check()
        let known = try #require(RecognitionModels.calibration(of: RecognitionModels.current(.face))?.thresholds.known)
        let one = try await reader.read(try picture(["faces/orl/s1_1.pgm"], as: "a.png"), .face, isCutOut: false)
        let first = try #require(one.first?.embedding)
        #expect(one.count == 1 && first.model == RecognitionModels.current(.face))
        let two = try await reader.read(try picture(["faces/orl/s2_1.pgm", "faces/orl/s1_2.pgm"], as: "a.webp"), .face, isCutOut: false)
        try #require(two.count == 2)
        #expect(two[0].box.area >= two[1].box.area)
        let sides = two.sorted { $0.box.centreX < $1.box.centreX }
        let likeness = sides.map { $0.embedding?.likeness(to: first) ?? -1 }
        #expect(likeness[0] < known && likeness[1] > known, "\(likeness)")
        // What a portrait shows is read again to much the same.
        let area = sides[1].box.grown(by: 0.4)
        let whole = try picture(["faces/orl/s2_1.pgm", "faces/orl/s1_2.pgm"])
        let pixels = try #require(PixelRectangle(area, width: whole.width, height: whole.height))
        let cut = try #require(whole.part(x: pixels.x, y: pixels.y, width: pixels.width, height: pixels.height))
        let crop = try JPEGEncoder.jpeg(of: cut, side: PortraitWire.cropSide, byteLimit: PortraitWire.maximumCrop)
        let again = try await reader.read(try PictureFile.decode(crop, side: 2048), .face, isCutOut: true)
        let kept = try #require(sides[1].embedding)
        let same = again.first?.embedding?.likeness(to: kept) ?? -1
        #expect(again.count == 1 && same > 0.8, "\(same)")
        #expect(
            try await reader.read(try picture(["scenes/gc-dog_train_0.jpg"]), .face, isCutOut: false).allSatisfy { $0.embedding == nil })
    }

    @Test("Animals of a picture are found, and what was cut out around one is one")
    func animals() async throws {
        guard FileManager.default.fileExists(atPath: Self.data) else {
            print("skipped: ../shared/testdata is not here, so animals in real pictures are not read")
            return
        }
        let reader = ModelPictureReader(folder: "\(Self.data)/models")
        let dogs = try await reader.read(try picture(["scenes/gc-dog_train_0.jpg"]), .animal, isCutOut: false)
        #expect(dogs.count == 1 && dogs.first?.label == "dog")
        #expect(dogs.first?.embedding?.model == RecognitionModels.current(.animal))
        #expect(try await reader.read(try picture(["faces/orl/s1_1.pgm"]), .animal, isCutOut: false).isEmpty)
        let cut = try await reader.read(try picture(["faces/orl/s1_1.pgm"]), .animal, isCutOut: true)
        #expect(cut.count == 1 && cut.first?.embedding != nil)
    }
}
