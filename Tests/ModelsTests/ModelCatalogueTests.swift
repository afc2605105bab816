import Foundation
import Inference
import Models
import TestSupport
import Testing
import Vision

@Suite struct ModelCatalogueTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let data = root.appendingPathComponent("../shared/testdata").standardized.path

    @Test("Names are different, hashes are hashes, and addresses are at a commit")
    func form() {
        #expect(Set(ModelCatalogue.all.map(\.name)).count == ModelCatalogue.all.count)
        for file in ModelCatalogue.all.flatMap(\.files) {
            #expect(file.sha256.wholeMatch(of: /[0-9a-f]{64}/) != nil, "\(file.name)")
            #expect(file.address.contains(/^https:\/\/[a-z.]+\/[^\/]+\/[^\/]+\/[0-9a-f]{40}\//), "\(file.name)")
            #expect(file.address.hasSuffix(file.name) && file.bytes > 0)
        }
        for model in ModelCatalogue.all { #expect(model.signature.inputCount == 3 * model.input.width * model.input.height) }
    }

    @Test("The reference lists exactly the models of the catalogue")
    func reference() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/reference/models.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: [" ", "`"]) } }
        let known = ModelCatalogue.all.flatMap { model in
            model.files.map { [model.name, model.task.rawValue, model.licence, $0.name, "\($0.bytes)", $0.sha256] }
        }
        #expect(rows == known)
    }

    @Test("The files of the catalogue load, take and give what it says", arguments: ModelCatalogue.all)
    func loads(model: CatalogueModel) async throws {
        guard FileManager.default.fileExists(atPath: Self.data) else {
            print("skipped: ../shared/testdata is not here, so the models of the catalogue are not loaded")
            return
        }
        let folder = try TemporaryDirectory("models")
        let store = ModelStore(folder.path)
        try await store.fetch(model, from: .folder(Self.data)) { _ in }
        let engine = OpenVINOEngine(try OpenVINOLibrary.find(named: nil))
        let loaded = try await engine.load(try store.load(model), model.signature)
        let count = try #require(model.signature.inputCount)
        let result = try await loaded.run([Float](repeating: 1, count: count))
        #expect(result.outputs.map(\.shape) == model.outputs)
        #expect(result.notFinite == 0)
    }
}
