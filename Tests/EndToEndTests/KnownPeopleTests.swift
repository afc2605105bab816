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

    @Test("somebody comes, is named on the page, and is known when they come again; removed, they are nowhere", .timeLimit(.minutes(8)))
    func visit() async throws {
        guard FileManager.default.fileExists(atPath: Self.data) else {
            print("skipped: ../shared/testdata is not here, so nobody is recognised with the real models")
            return
        }
        let folder = try TemporaryDirectory("visits")
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
        let seen = try await BrowserScript("people.py", address: installation.address(), screenshots: folder.path).seen(Seen.self)
        #expect(seen.console == [] && seen.foreign == [])
        #expect(seen.before == "Person")
        #expect(seen.named == "Grace", "the event that was there already")
        #expect(seen.arrived == "Grace", "the next one")
        #expect(seen.portrait.allSatisfy { (32...256).contains($0) })
        #expect(seen.after == "Person")
        #expect(seen.phoneWidth <= 360)
        #expect(seen.exported == "Grace 1 True")
        #expect(seen.merged.hasPrefix("Ada, 0 pictures, merged "))
        let store = installation.hub.store
        #expect(try await store.individuals(nil) == [])
        #expect(try await store.gallery(.person) == [])
        #expect(try await store.check() == [])
        try await installation.stop()
    }
}
