import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// From a camera's picture to a person and a pet on the page, with a model that the test makes for itself and the real runtime: RTSP, detector,
/// tracking, outbox, broker, hub, store, stream, Chromium.
@Suite("A detector by configuration", .serialized, .pairs)
struct ConfiguredDetectorTests {
    /// What the detector calls what is blue.
    private static let label = "<i>Kater</i>"

    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var person: String
        var pet: String
        var personAnew: String
        var petAnew: String
        var types: [String]
        var reloaded: Bool
    }

    /// Something red comes and goes, and after it something blue.
    private func clip(in folder: TemporaryDirectory) throws -> String {
        let file = folder.path("colours.mp4")
        func patch(_ colour: String) -> String { "color=c=\(colour):s=72x72:r=15:d=14" }
        func way(from start: Int) -> String { "x='120*(t-\(start))':enable='between(t,\(start),\(start + 3))'" }
        let wall = "nullsrc=s=640x360:r=15:d=14,format=gray,geq=lum='90+30*sin(X/7)*cos(Y/5)',format=yuv420p"
        try TestClips.run([
            "-filter_complex",
            "\(wall)[wall];\(patch("red"))[red];\(patch("blue"))[blue];[wall][red]overlay=y=60:\(way(from: 2))[one];"
                + "[one][blue]overlay=y=220:\(way(from: 7)),format=yuv420p[out]",
            "-map", "[out]", "-c:v", "libx264", "-preset", "veryfast", "-g", "15", "-sc_threshold", "0", "-threads", "1", file,
        ])
        return file
    }

    /// Of where something was seen best, in fractions of the picture.
    private func top(of event: Event) throws -> Double {
        let payload = try #require(try JSONSerialization.jsonObject(with: Data(event.payload)) as? [String: Any])
        return try #require((payload["box"] as? [Double])?.dropFirst().first)
    }

    @Test("what is red becomes a person and what is blue a pet, by the words of the configuration", .timeLimit(.minutes(10)))
    func colours() async throws {
        let folder = try TemporaryDirectory("colours")
        try Data(ColourDetector(.yolox, side: 128).bytes).write(to: URL(filePath: folder.path("colours.onnx")))
        try Data("person\n\(Self.label)\n".utf8).write(to: URL(filePath: folder.path("labels.txt")))
        let server = try await RTSPServer([.init(path: "yard", file: clip(in: folder))])
        let installation = try await Installation(
            cameras: [("yard-cam", server.url("yard"))],
            node: """
                [detector]
                model = "\(folder.path("colours.onnx"))"
                kind = "yolox"
                labels = "\(folder.path("labels.txt"))"
                width = 128
                pets = ["\(Self.label)"]
                """)
        let seen = try await BrowserScript("detector.py", address: installation.address(), screenshots: folder.path).seen(Seen.self)
        #expect(seen.console == [] && seen.foreign == [])
        #expect(!seen.reloaded)
        #expect(seen.person == "Person" && seen.personAnew == "Person")
        #expect(seen.pet == Self.label && seen.petAnew == Self.label, "markup is text, live and from the server")
        #expect(!seen.types.contains("wildlife") && !seen.types.contains("vehicle"))
        let events = try await installation.hub.store.events(EventQuery(.everything)).map(\.event)
        let (red, blue) = (events.filter { $0.type == "person" }, events.filter { $0.type == "pet" })
        #expect(try red.map(top).allSatisfy { $0 < 0.4 }, "what is red passes above")
        #expect(try blue.map(top).allSatisfy { $0 > 0.4 }, "what is blue passes below")
        #expect((red + blue).allSatisfy { $0.sourceID == "yard-cam" })
        #expect(try await installation.hub.store.check() == [])
        try await installation.stop()
        await server.stop()
    }

    @Test("where the model is damaged, motion is seen, and the hub knows why it is no more", .timeLimit(.minutes(10)))
    func damaged() async throws {
        let folder = try TemporaryDirectory("damaged")
        let model = ColourDetector(.yolox, side: 128).bytes
        try Data(model[..<(model.count / 2)]).write(to: URL(filePath: folder.path("colours.onnx")))
        let server = try await RTSPServer([.init(path: "yard", file: clip(in: folder))])
        let installation = try await Installation(
            cameras: [("yard-cam", server.url("yard"))],
            node: "[detector]\nmodel = \"\(folder.path("colours.onnx"))\"\nkind = \"yolox\"\nwidth = 128\n")
        let store = installation.hub.store
        try await eventually("the hub to be told", timeout: .seconds(60)) {
            try await store.presence().first?.state?.motionOnly?.hasPrefix("detector.model cannot be used: the bytes are no model") == true
        }
        try await eventually("an event of motion", timeout: .seconds(90)) {
            try await store.events(EventQuery(.everything)).contains { $0.event.type == "motion" }
        }
        #expect(try await store.events(EventQuery(.everything)).allSatisfy { !["person", "pet"].contains($0.event.type) })
        try await installation.stop()
        await server.stop()
    }
}
