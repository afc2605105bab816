import EdgeNode
import Foundation
import Hub
import Inference
import Sight
import TestSupport
import Testing
import Vision

/// From a camera's picture to a pet's journal, with models that the test makes for itself and the real runtime: RTSP, detector, embedding, sealed
/// portraits, comparing, stream, Chromium.
@Suite("A pet that is known", .serialized, .pairs)
struct KnownPetTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        /// Animals without a name.
        var strangers: Int
        var before: String
        var arrived: String
        /// Of the journal, about the pet.
        var facts: String
        var hours: Int
        /// Of the events of pets, the name (or nothing) and the upper edge of the box.
        var pets: [Sighting]
    }

    private struct Sighting: Decodable {
        var name: String?
        var state: String?
        var top: Double
    }

    /// Two that the detector has one word for: one is blue and passes above, one is violet and passes below.
    private func clip(in folder: TemporaryDirectory) throws -> String {
        let file = folder.path("pets.mp4")
        func patch(_ colour: String) -> String { "color=c=\(colour):s=72x72:r=15:d=14" }
        func way(from start: Int) -> String { "x='120*(t-\(start))':enable='between(t,\(start),\(start + 3))'" }
        let wall = "nullsrc=s=640x360:r=15:d=14,format=gray,geq=lum='90+30*sin(X/7)*cos(Y/5)',format=yuv420p"
        try TestClips.run([
            "-filter_complex",
            "\(wall)[wall];\(patch("0x0000FF"))[blue];\(patch("0xC800FF"))[violet];[wall][blue]overlay=y=60:\(way(from: 2))[one];"
                + "[one][violet]overlay=y=220:\(way(from: 7)),format=yuv420p[out]",
            "-map", "[out]", "-c:v", "libx264", "-preset", "veryfast", "-g", "15", "-sc_threshold", "0", "-threads", "1", file,
        ])
        return file
    }

    @Test("one of two cats is named on the page, and is known when it comes again; the other is not", .timeLimit(.minutes(10)))
    func cats() async throws {
        let folder = try TemporaryDirectory("pets")
        try Data(ColourDetector(.yolox, side: 128).bytes).write(to: URL(filePath: folder.path("colours.onnx")))
        try Data("person\ncat\n".utf8).write(to: URL(filePath: folder.path("labels.txt")))
        let embedder = ColourEmbedder()
        let path = folder.path("embedder.onnx")
        try Data(embedder.model.bytes).write(to: URL(filePath: path))
        let server = try await RTSPServer([.init(path: "yard", file: clip(in: folder))])
        let installation = try await Installation(
            cameras: [("yard-cam", server.url("yard"))],
            node: """
                [detector]
                model = "\(folder.path("colours.onnx"))"
                kind = "yolox"
                labels = "\(folder.path("labels.txt"))"
                width = 128
                """,
            perception: { configuration in
                var perception = try await NodeModels.perception(configuration)
                let input = PictureInput(width: embedder.side, height: embedder.side, order: .rgb)
                let runner = try await SightModels(folder: folder.path).engine.load(
                    ModelBytes(network: path), ModelSignature(input: input.shape))
                // The hub compares what has this name.
                perception.animals = AnimalReader(runner, input: input, model: SightModels.animalReader)
                return perception
            })
        let seen = try await BrowserScript("pet.py", address: installation.address(), screenshots: folder.path).seen(Seen.self)
        #expect(seen.console == [] && seen.foreign == [])
        #expect(seen.strangers == 2)
        #expect(seen.before == "Unknown cat" && seen.arrived == "Milo")
        #expect(seen.facts.hasPrefix("seen ") && seen.hours > 0, "\(seen.facts)")
        let named = seen.pets.filter { $0.name == "Milo" }
        #expect(named.count > 1 && named.allSatisfy { $0.state == "known" }, "\(seen.pets)")
        let isAbove = named.first.map { $0.top < 0.4 }
        #expect(seen.pets.allSatisfy { ($0.name == "Milo") == (($0.top < 0.4) == isAbove) }, "\(seen.pets)")
        #expect(seen.pets.contains { $0.name == nil })
        #expect(try await installation.hub.store.check() == [])
        try await installation.stop()
        await server.stop()
    }
}
