package import Inference
private import Base
private import Foundation
private import Trust

/// A folder of model files.
package struct ModelStore: Sendable {
    /// What a file of the catalogue is in the folder.
    package enum State: String, Sendable, Hashable { case sound, missing, wrong }

    package let folder: String

    package init(_ folder: String) { self.folder = folder }

    package func path(_ file: ModelFile) -> String { "\(folder)/\(file.name)" }

    /// Reads a model to be loaded. Its bytes are checked, and what was checked is what is loaded.
    /// - Throws: `ModelsError` with code `missing`, `wrongHash` or `file`.
    package func load(_ model: CatalogueModel) throws(ModelsError) -> ModelBytes {
        var contents: [[UInt8]] = []
        for file in model.files {
            guard let bytes = try Self.read(path(file), for: file) else {
                throw ModelsError(.missing, "the model \(model.name) is not in \(folder): vigilar-edge models fetch brings it")
            }
            guard Self.isGenuine(bytes, file) else {
                throw ModelsError(
                    .wrongHash, "\(path(file)) is not the file of the catalogue, and is not used: vigilar-edge models fetch brings that one"
                )
            }
            contents.append(bytes)
        }
        if let derivation = model.derivation, let network = contents.first {
            contents[0] = try derivation.apply(to: network, of: model.name)
        }
        return ModelBytes(network: contents.first ?? [], weights: contents.count > 1 ? contents[1] : nil)
    }

    /// Whether the files of a model are there, whatever they are.
    package func has(_ model: CatalogueModel) -> Bool {
        model.files.allSatisfy { FileManager.default.fileExists(atPath: path($0)) }
    }

    /// Reads a file and compares it with the catalogue.
    /// - Throws: `ModelsError` with code `file`.
    package func state(_ file: ModelFile) throws(ModelsError) -> State {
        guard let bytes = try Self.read(path(file), for: file) else { return .missing }
        return Self.isGenuine(bytes, file) ? .sound : .wrong
    }

    static func isGenuine(_ bytes: [UInt8], _ file: ModelFile) -> Bool {
        bytes.count == file.bytes && Digest.text(of: bytes) == file.sha256
    }

    /// At most one byte more than the file should have: then it is another one.
    /// - Returns: Nil where there is no file.
    static func read(_ path: String, for file: ModelFile) throws(ModelsError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            return Array(try handle.read(upToCount: file.bytes + 1) ?? Data())
        } catch { throw ModelsError(.file, "\(path) cannot be read: check its permissions") }
    }
}
