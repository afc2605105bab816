import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// From a camera's picture to a name on the page, with the real models: RTSP, detector, faces, sealed portraits, comparing, Chromium.
@Suite("People who are known", .serialized, .pairs)
struct KnownPeopleTests {
    private static let data = URL(filePath: FileManager.default.currentDirectoryPath)
        .appendingPathComponent("../shared/testdata").standardized.path
    /// Those of the catalogue that see people and their faces.
    private static let models = [
        "picodet_s_416_coco.onnx", "yunet_n_640_640.onnx", "face-reidentification-retail-0095.xml", "face-reidentification-retail-0095.bin",
        "mobilenet_v2_1.0_224_quant.tflite",
    ]

    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var before: String
        var named: String
        var arrived: String
        var portrait: [Int]
        var after: String
        var phoneWidth: Int
        /// What the page says of somebody who became part of them.
        var merged: String
        /// The name, how many pictures they are known by, whether there are events.
        var exported: String
        /// What the receipt says, and what names the pictures of people's events.
        var erased: String
        var tags: [String]
    }

    private struct Given: Decodable {
        var console: [String]
        var foreign: [String]
        /// What was said of a file that is no picture.
        var refused: String
        /// Those whom the page asked for, of the picture of two.
        var choices: Int
        var arrived: String
        var phoneWidth: Int
        var left: [String]
    }

    /// Somebody comes into the picture, stands for a while, and goes: a photograph is moved before a wall.
    private func clip(of picture: String, in folder: TemporaryDirectory) throws -> String {
        let file = folder.path("visit.mp4")
        let place = "if(lt(t,6),-w+(t-3)*250,if(lt(t,10),-w+750,-w+750+(t-10)*300))"
        try TestClips.run([
            "-v", "error", "-loop", "1", "-t", "14", "-i", picture, "-f", "lavfi", "-t", "14", "-i", "color=c=gray:s=1280x720:r=10",
            "-filter_complex", "[0:v]scale=-2:640,fps=10[p];[1:v][p]overlay=x='\(place)':y=80:enable='gte(t,3)'", "-c:v", "libx264",
            "-preset", "veryfast", "-g", "20", "-pix_fmt", "yuv420p", file,
        ])
        return file
    }

    /// An installation whose camera sees a photograph of one person again and again.
    private func installation(_ folder: TemporaryDirectory) async throws -> (Installation, RTSPServer) {
        let server = try await RTSPServer([
            .init(path: "door", file: clip(of: "\(Self.data)/images/scenes/gc-grace_hopper.jpg", in: folder))
        ])
        let installation = try await Installation(
            cameras: [("door-cam", server.url("door"))], more: ["door-cam": "faces = true"],
            prepare: { node in
                try FileManager.default.createDirectory(atPath: "\(node)/models", withIntermediateDirectories: true)
                for name in Self.models {
                    try FileManager.default.copyItem(atPath: "\(Self.data)/models/\(name)", toPath: "\(node)/models/\(name)")
                }
            })
        return (installation, server)
    }

    @Test(
        "somebody is added by a picture that shows two, and is known when the camera sees them; without their pictures they are not",
        .timeLimit(.minutes(10)))
    func given() async throws {
        guard FileManager.default.fileExists(atPath: Self.data) else {
            print("skipped: ../shared/testdata is not here, so nobody is known by a picture that was given")
            return
        }
        let folder = try TemporaryDirectory("given")
        // Mirrored, so that it is not the picture that the camera sees.
        try TestClips.run([
            "-i", "\(Self.data)/images/faces/orl/s5_1.pgm", "-i", "\(Self.data)/images/scenes/gc-grace_hopper.jpg", "-filter_complex",
            "[0:v]scale=-2:600,setsar=1,format=rgb24[a];[1:v]hflip,scale=-2:600,setsar=1,format=rgb24[b];[a][b]hstack", "-frames:v", "1",
            folder.path("two.png"),
        ])
        try Data("no picture".utf8).write(to: URL(filePath: folder.path("words.jpg")))
        let (installation, server) = try await installation(folder)
        let seen = try await BrowserScript("given.py", address: installation.address(), screenshots: folder.path, folder.path)
            .seen(Given.self)
        // Chromium itself notes the answer to what is no picture.
        #expect(seen.console.count == 1 && seen.console.first?.contains("422") == true && seen.foreign == [], "\(seen.console)")
        #expect(seen.refused.contains("words.jpg: the file is no picture that is read"), "\(seen.refused)")
        #expect(seen.choices == 2)
        #expect(seen.arrived == "Grace")
        #expect(seen.phoneWidth <= 360)
        #expect(seen.left == [])
        #expect(try await installation.hub.store.check() == [])
        try await installation.stop()
        await server.stop()
    }

    @Test("somebody comes, is named on the page, and is known when they come again; removed, they are nowhere", .timeLimit(.minutes(10)))
    func visit() async throws {
        guard FileManager.default.fileExists(atPath: Self.data) else {
            print("skipped: ../shared/testdata is not here, so nobody is recognised with the real models")
            return
        }
        let folder = try TemporaryDirectory("visits")
        let (installation, server) = try await installation(folder)
        let seen = try await BrowserScript("people.py", address: installation.address(), screenshots: folder.path).seen(Seen.self)
        #expect(seen.console == [] && seen.foreign == [])
        #expect(seen.before == "Person")
        #expect(seen.named == "Grace", "the event that was there already")
        #expect(seen.arrived == "Grace", "the next one")
        #expect(seen.portrait.allSatisfy { (32...256).contains($0) })
        #expect(seen.after == "Person")
        #expect(seen.phoneWidth <= 360)
        #expect(seen.exported == "Grace 1 True")
        #expect(seen.erased.contains("with people hidden in the pictures"), "\(seen.erased)")
        #expect(seen.tags.contains("\"large-10\""), "\(seen.tags)")
        #expect(seen.merged.hasPrefix("Ada, 0 pictures, merged "))
        let store = installation.hub.store
        #expect(try await store.individuals(nil) == [])
        #expect(try await store.gallery(.person) == [])
        #expect(try await store.check() == [])
        try await installation.stop()
        await server.stop()
    }
}
