import Foundation
import Media
import Sight
import TestSupport
import Testing
import Vision

@testable import EdgeNode

@Suite struct DetectCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory("detect") }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: folder.path(name)))
        return folder.path(name)
    }

    /// A grey pixmap of 128 × 128 with a bright patch, or without.
    private func scene(_ name: String, patch: Bool = true) throws -> String {
        var pixels = [UInt8](repeating: 100, count: 3 * 128 * 128)
        if patch { for y in 16..<80 { for place in (3 * (128 * y + 32))..<(3 * (128 * y + 64)) { pixels[place] = 250 } } }
        return try file(name, Array("P6 128 128 255\n".utf8) + pixels)
    }

    /// The same as a JPEG.
    private func jpeg(_ name: String, width: Int = 128) throws -> String {
        try TestClips.run(["-i", try scene("\(name).ppm"), "-vf", "scale=\(width):-1", "-q:v", "2", folder.path(name)])
        return folder.path(name)
    }

    /// An animal is known by what the model was given.
    private struct EchoModel: ModelRunner {
        let signature = ModelSignature(input: [1, 3, 64, 64])

        func run(_ input: [Float]) async throws -> InferenceResult {
            InferenceResult(outputs: [Tensor(shape: [1, input.count], values: input), Tensor(shape: [1, 1], values: [0])])
        }
    }

    private func command(failsEvery: Int = 0, json: Bool = false) -> DetectCommand {
        DetectCommand(
            detector: ObjectDetector(PatchModel(failsEvery: failsEvery), input: PatchModel.input, decoder: PatchModel.decoder),
            minimumScore: 0.3, json: json)
    }

    private func run(_ command: DetectCommand, _ pictures: [String]) async -> (isWhole: Bool, lines: [String], complaints: [String]) {
        var (lines, complaints): ([String], [String]) = ([], [])
        let isWhole = await command.run(pictures, write: { lines.append($0) }, complain: { complaints.append($0) })
        return (isWhole, lines, complaints)
    }

    private func object(_ line: String?) throws -> [String: Any] {
        let line = try #require(line)
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test("As text it prints a line an object, and one for a picture with nothing in it")
    func text() async throws {
        let pictures = [try scene("yard.ppm"), try scene("empty.ppm", patch: false), try jpeg("yard.jpg")]
        let (isWhole, lines, complaints) = await run(command(), pictures)
        #expect(isWhole && complaints.isEmpty)
        try #require(lines.count == 3)
        #expect(lines[0].hasPrefix("\(pictures[0]): person 0.90 [0.2"))
        #expect(lines[1] == "\(pictures[1]): nothing")
        #expect(lines[2].hasPrefix("\(pictures[2]): person 0.90 [0.2"))
    }

    @Test("As JSON it prints an object a picture, with boxes in fractions and the milliseconds of each stage")
    func json() async throws {
        let path = try scene("a \"yard\".ppm")
        let (isWhole, lines, complaints) = await run(command(json: true), [path])
        #expect(isWhole && complaints.isEmpty && lines.count == 1)
        let sight = try object(lines.first)
        #expect(sight["picture"] as? String == path && sight["width"] as? Int == 128 && sight["height"] as? Int == 128)
        let person = try #require((sight["objects"] as? [[String: Any]])?.first)
        #expect(person["label"] as? String == "person" && abs((person["score"] as? Double ?? 0) - 0.9) < 0.001)
        let box = try #require(person["box"] as? [Double])
        for (side, wanted) in zip(box, [0.25, 0.125, 0.25, 0.5]) { #expect(abs(side - wanted) < 0.03) }
        let times = try #require(sight["ms"] as? [String: Double])
        #expect(times.keys.sorted() == ["boxes", "inference", "prepare"])
        #expect(times.values.allSatisfy { $0 >= 0 } && sight["faces"] == nil)
    }

    /// A name, what is wrong with it, and words that say so.
    private func bad() throws -> [(path: String, words: String)] {
        let picture = Array(try Data(contentsOf: URL(filePath: try jpeg("whole.jpg", width: 640))))
        let frame = try #require(picture.indices.dropLast(8).first { picture[$0] == 0xff && picture[$0 + 1] == 0xc0 })
        var huge = picture
        // 12,000 by 10,000: more than is looked at.
        huge.replaceSubrange((frame + 5)..<(frame + 9), with: [0x27, 0x10, 0x2e, 0xe0])
        try FileManager.default.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: false)
        return [
            (try file("empty", []), "empty"), (try file("words.jpg", Array("no picture".utf8)), "no picture that is read"),
            (try file("half.jpg", Array(picture[..<(picture.count / 2)])), "cannot be decoded"),
            (try file("header.jpg", Array(picture[..<8])), "damaged"), (try file("huge.jpg", huge), "larger"),
            (try file("half.ppm", Array("P6 8 8 255\n1234".utf8)), "cut off"),
            (try file("none.ppm", Array("P6 0 0 255\n".utf8)), "no pixels"),
            (try file("huge.ppm", Array("P6 12000 10000 255\n".utf8)), "larger"),
            (folder.path("missing.jpg"), "cannot be read"), (folder.path("folder"), "cannot be read"),
        ]
    }

    @Test("A picture that cannot be looked at has a complaint that says why, and the others are looked at", arguments: [false, true])
    func bad(json: Bool) async throws {
        let bad = try bad()
        let good = try scene("good.ppm")
        let (isWhole, lines, complaints) = await run(command(json: json), bad.map(\.path) + [good])
        #expect(!isWhole)
        var told = complaints
        if json {
            #expect(complaints.isEmpty)
            let objects = try lines.map(object)
            #expect(objects.map { $0["picture"] as? String } == bad.map(\.path) + [good])
            told = objects.dropLast().map { "\($0["picture"] ?? ""): \($0["error"] ?? "")" }
            #expect(objects.last?["objects"] != nil && objects.last?["error"] == nil)
        } else {
            #expect(lines.count == 1 && lines.first?.hasPrefix("\(good): person") == true)
        }
        try #require(told.count == bad.count)
        for (line, (path, words)) in zip(told, bad) { #expect(line.hasPrefix("\(path): ") && line.contains(words), "\(line)") }
    }

    @Test("Where the model fails at a picture the next one is looked at")
    func failing() async throws {
        let path = try scene("yard.ppm")
        let (isWhole, lines, complaints) = await run(command(failsEvery: 2), [path, path, path])
        #expect(!isWhole && lines.count == 2 && complaints.count == 1)
    }

    @Test("Faces are told with what is good enough to know somebody by, and what that is where it is wanted")
    func faces() async throws {
        var generator = SeededGenerator(seed: 5)
        let lively = try file("lively.pgm", Array("P5 256 256 255\n".utf8) + generator.bytes(256 * 256))
        let flat = try file("flat.pgm", Array("P5 256 256 255\n".utf8) + [UInt8](repeating: 90, count: 256 * 256))
        let small = try file("small.pgm", Array("P5 64 64 255\n".utf8) + generator.bytes(64 * 64))
        func reader(_ score: Float) -> FaceReader {
            FaceReader(
                detector: FixedModel.face(score: score), input: PictureInput(width: 64, height: 64, order: .bgr),
                embedder: FixedModel.embedding, aligner: FaceAligner(PictureInput(width: 128, height: 128, order: .bgr)), model: "fixed")
        }
        var detect = command()
        detect.faces = reader(0.9)
        let text = await run(detect, [lively, flat, small])
        #expect(
            text.lines.filter { $0.contains(": face") } == [
                "\(lively): face 0.90 [0.1875,0.1875,0.6250,0.6250], good enough to know somebody by",
                "\(flat): face 0.90 [0.1875,0.1875,0.6250,0.6250]", "\(small): face 0.90 [0.1875,0.1875,0.6250,0.6250]",
            ])
        detect.json = true
        for embeddings in [false, true] {
            detect.embeddings = embeddings
            let lines = await run(detect, [lively]).lines
            let sight = try object(lines.first)
            let face = try #require((sight["faces"] as? [[String: Any]])?.first)
            #expect(face["good"] as? Bool == true && (sight["faces_ms"] as? [String: Double])?.count == 3)
            #expect((face["embedding"] as? [Double])?.map { ($0 * 10).rounded() } == (embeddings ? [6, 0, 8, 0] : nil))
        }
        // Faces between the publication's score and the node's are told, and are not good; those below are not told.
        for (score, minimum, count) in [(Float(0.7), 0.3, 1), (0.55, 0.3, 0), (0.7, 0.75, 0)] {
            detect.faces = reader(score)
            detect.minimumScore = minimum
            let lines = await run(detect, [lively]).lines
            let sight = try object(lines.first)
            let faces = try #require(sight["faces"] as? [[String: Any]])
            #expect(faces.count == count && faces.allSatisfy { $0["good"] as? Bool == false })
        }
    }

    @Test("Each picture is taken as one animal where that is wanted, whatever the detector sees, and what it can be known by is told")
    func animals() async throws {
        func reader(_ values: [Float]) -> AnimalReader {
            let classes = Tensor(shape: [1, 1001], values: [Float](repeating: 0, count: 1001))
            return AnimalReader(
                FixedModel(
                    signature: ModelSignature(input: [1, 3, 64, 64]), outputs: [Tensor(shape: [1, 1, 1, 4], values: values), classes]),
                input: PictureInput(width: 64, height: 64, order: .rgb), model: "fixed")
        }
        // From a pixmap's bytes and from a JPEG's planes.
        let pictures = [try scene("yard.ppm"), try scene("empty.ppm", patch: false), try jpeg("yard.jpg")]
        var detect = command(json: true)
        detect.animals = reader([3, 0, 4, 0])
        for embeddings in [false, true] {
            detect.embeddings = embeddings
            let (isWhole, lines, _) = await run(detect, pictures)
            #expect(isWhole && lines.count == 3)
            for line in lines {
                let sight = try object(line)
                let animals = try #require(sight["animals"] as? [[String: Any]])
                #expect(animals.count == 1 && sight["faces"] == nil)
                #expect((animals.first?["embedding"] as? [Double])?.map { ($0 * 10).rounded() } == (embeddings ? [6, 0, 8, 0] : nil))
                let times = try #require(sight["animals_ms"] as? [String: Double])
                #expect(times.keys.sorted() == ["boxes", "inference", "prepare"] && times.values.allSatisfy { $0 >= 0 })
            }
        }
        // Numbers without a direction are no animal's.
        detect.animals = reader([0, 0, 0, 0])
        let lines = await run(detect, [pictures[0]]).lines
        let sight = try object(lines.first)
        #expect((sight["animals"] as? [Any])?.isEmpty == true && (sight["animals_ms"] as? [String: Double])?.count == 3)
        // As a node sees it: the whole of a picture is a box of all of it.
        var cost = LookCost()
        let picture = try JPEGDecoder.decode(Array(try Data(contentsOf: URL(filePath: pictures[2]))))
        let echo = AnimalReader(EchoModel(), input: PictureInput(width: 64, height: 64, order: .rgb), model: "echo")
        let whole = try await echo.embedding(in: picture, box: Box(x: 0, y: 0, width: 1, height: 1), cost: &cost)
        let single = try await echo.embedding(in: .decoded(picture))
        #expect(whole != nil && single.embedding == whole && single.cost.parts == 1 && cost.parts == 1)
    }

    @Test("Without models there is an error that says where they were looked for")
    func missingModels() async throws {
        let look = EdgeProcess.Look(
            pictures: [try scene("yard.ppm")], configuration: nil, models: folder.path, json: false, minimumScore: 0.3,
            faces: false, animals: false,
            embeddings: false)
        let error = await #expect(throws: (any Error).self) { try await EdgeProcess.detect(look, complain: { _ in }, write: { _ in }) }
        #expect(error.map { "\($0)".contains(folder.path) } == true)
    }
}
