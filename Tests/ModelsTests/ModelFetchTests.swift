import Base
import Foundation
import Inference
import TestSupport
import Testing
import Trust
import Vision

@testable import Models

@Suite struct ModelFetchTests {
    /// A model of one or two files that the test has made.
    private struct Made {
        let folder: TemporaryDirectory
        let contents: [[UInt8]]
        let model: CatalogueModel
        var store: ModelStore { ModelStore(folder.path("store")) }
        var part: String { store.part(model.files[0]) }

        init(_ names: [String] = ["net.onnx"], address: String = "http://127.0.0.1:1/net.onnx") throws {
            var generator = SeededGenerator(seed: 4)
            folder = try TemporaryDirectory("models")
            let contents = names.map { _ in generator.bytes(300_000) }
            self.contents = contents
            model = CatalogueModel(
                name: "made", task: .animals, licence: "none",
                files: zip(names, contents).map {
                    ModelFile(name: $0, bytes: $1.count, sha256: Digest.text(of: $1), address: address)
                }, input: PictureInput(width: 1, height: 1, order: .rgb), outputs: [[1]],
                decoding: .embeddingAndClasses(numbers: 1, classes: 1))
        }

        func write(_ bytes: some Collection<UInt8>, _ path: String) throws {
            let file = URL(filePath: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }

        func fetch(_ source: ModelSource) async throws -> [String] {
            var lines: [String] = []
            try await store.fetch(model, from: source) { lines.append($0) }
            return lines
        }

        func expectError(
            _ code: ModelsError.Code, _ source: ModelSource, holding words: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
        ) async {
            let error = await #expect(throws: ModelsError.self, sourceLocation: sourceLocation) { _ = try await fetch(source) }
            #expect(error?.code == code, "\(error.map(String.init(describing:)) ?? "")", sourceLocation: sourceLocation)
            for word in words { #expect(error?.description.contains(word) == true, "\(word)", sourceLocation: sourceLocation) }
        }

        var partSize: Int {
            get throws { try #require(try FileManager.default.attributesOfItem(atPath: part)[.size] as? Int) }
        }

        var isComplete: Bool {
            (try? store.load(model))?.network == contents[0] && !FileManager.default.fileExists(atPath: part)
        }
    }

    @Test("A folder has the files itself, or in its folder models; the second time nothing is fetched", arguments: ["", "models/"])
    func folder(below: String) async throws {
        let made = try Made(["net.xml", "net.bin"])
        let source = made.folder.path("source")
        for (file, bytes) in zip(made.model.files, made.contents) { try made.write(bytes, "\(source)/\(below)\(file.name)") }
        #expect(try await made.fetch(.folder(source)) == ["net.xml: fetched, 300000 bytes", "net.bin: fetched, 300000 bytes"])
        let loaded = try made.store.load(made.model)
        #expect(loaded.network == made.contents[0] && loaded.weights == made.contents[1])
        #expect(try await made.fetch(.folder(source)) == ["net.xml: is there already", "net.bin: is there already"])
        let permissions = try FileManager.default.attributesOfItem(atPath: made.store.path(made.model.files[0]))[.posixPermissions]
        #expect(permissions as? Int == 0o644)
    }

    @Test("A file with another hash, or another length, is refused, and leaves what was there")
    func wrongFile() async throws {
        let made = try Made()
        let source = made.folder.path("source")
        var other = made.contents[0]
        other[7] ^= 1
        for bytes in [other, other + [0], Array(other.dropLast()), []] {
            try made.write(bytes, "\(source)/net.onnx")
            await made.expectError(.wrongHash, .folder(source), holding: [made.model.files[0].sha256, "not used"])
            #expect(try made.store.state(made.model.files[0]) == .missing)
        }
        await made.expectError(.missing, .folder(made.folder.path("empty")))
        try made.write(made.contents[0], "\(source)/net.onnx")
        _ = try await made.fetch(.folder(source))
        #expect(made.isComplete)
    }

    @Test("A file in the folder that is not the catalogue's is told, not loaded, and replaced by a fetch")
    func replaced() async throws {
        let made = try Made()
        let file = made.model.files[0]
        #expect(#expect(throws: ModelsError.self) { try made.store.load(made.model) }?.code == .missing)
        try made.write([UInt8](repeating: 1, count: 300_000), made.store.path(file))
        #expect(try made.store.state(file) == .wrong)
        #expect(#expect(throws: ModelsError.self) { try made.store.load(made.model) }?.code == .wrongHash)
        try made.write(made.contents[0], made.folder.path("source/net.onnx"))
        _ = try await made.fetch(.folder(made.folder.path("source")))
        #expect(made.isComplete)
    }

    @Test("From a server, its public address, and where that has moved", arguments: ["whole", "ranges", "moved"])
    func server(way: String) async throws {
        let server = try await FileServer(try Made().contents[0])
        let made = try Made(address: "\(server.address(way))/net.onnx")
        _ = try await made.fetch(.origin)
        #expect(made.isComplete)
        let again = try Made()
        _ = try await again.fetch(ModelSource(server.address(way)))
        #expect(again.isComplete)
    }

    @Test("What was cut off is gone on with, each time from where it ended")
    func resumes() async throws {
        let made = try Made()
        let server = try await FileServer(made.contents[0])
        await made.expectError(.unreachable, .server(server.address("cut")), holding: ["of 300000 bytes", "goes on"])
        let first = try made.partSize
        await made.expectError(.unreachable, .server(server.address("cut")), holding: ["of 300000 bytes"])
        let second = try made.partSize
        #expect(0 < first && first < second && second < 300_000)
        _ = try await made.fetch(.server(server.address("ranges")))
        #expect(made.isComplete)
        #expect(server.requests == ["cut all", "cut bytes=\(first)-", "ranges bytes=\(second)-"])
    }

    @Test("A server that knows no ranges, or sends another one, gives all of it")
    func otherRange() async throws {
        for way in ["whole", "other"] {
            let made = try Made()
            let server = try await FileServer(made.contents[0])
            try made.write(made.contents[0].prefix(1000), made.part)
            _ = try await made.fetch(.server(server.address(way)))
            #expect(made.isComplete)
            #expect(server.requests == ["\(way) bytes=1000-"] + (way == "other" ? ["other all"] : []))
        }
    }

    @Test("A beginning that belongs to something else costs another download, not the file", arguments: [1000, 300_000, 300_001])
    func wrongBeginning(count: Int) async throws {
        let made = try Made()
        let server = try await FileServer(made.contents[0])
        try made.write([UInt8](repeating: 7, count: count), made.part)
        _ = try await made.fetch(.server(server.address("ranges")))
        #expect(made.isComplete)
    }

    @Test("A server's file with another hash, or that is too large, is refused and leaves nothing")
    func wrongServer() async throws {
        let made = try Made()
        let other = try await FileServer([UInt8](repeating: 1, count: 300_000))
        await made.expectError(.wrongHash, .server(other.address("ranges")), holding: [made.model.files[0].sha256])
        let server = try await FileServer(made.contents[0])
        await made.expectError(.wrongHash, .server(server.address("large")), holding: ["larger"])
        #expect(!FileManager.default.fileExists(atPath: made.part))
        #expect(try made.store.state(made.model.files[0]) == .missing)
    }

    @Test("A server that has it not, or is not there, is named without its password")
    func unreachable() async throws {
        let made = try Made()
        let server = try await FileServer(made.contents[0])
        await made.expectError(.unreachable, .server(server.address("none")), holding: ["404"])
        let address = "http://viewer:s3cret@127.0.0.1:\(try FreePort.find())/models?token=t0ken"
        let error = await #expect(throws: ModelsError.self) { _ = try await made.fetch(.server(address)) }
        #expect(error?.code == .unreachable)
        #expect(error?.description.contains("s3cret") == false && error?.description.contains("t0ken") == false)
        await made.expectError(.unreachable, .server("https://"), holding: ["net.onnx"])
    }

    @Test("Two fetches into one folder do not meet")
    func lock() async throws {
        let made = try Made()
        try FileManager.default.createDirectory(atPath: made.store.folder, withIntermediateDirectories: true)
        let lock = try #require(try FolderLock("\(made.store.folder)/.lock"))
        await made.expectError(.busy, .folder(made.folder.path))
        withExtendedLifetime(lock) {}
    }
}
