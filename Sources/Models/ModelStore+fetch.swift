private import Base
private import Foundation

extension ModelStore {
    /// Brings the files of a model into the folder that are not there, or not as they should be. What a broken download left is gone on with.
    /// A file gets its name once its hash is right.
    /// - Parameter report: Told of each file, a line each.
    /// - Throws: `ModelsError`. Files that were there before stay as they were.
    package func fetch(_ model: CatalogueModel, from source: ModelSource, report: (String) -> Void) async throws(ModelsError) {
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        for file in model.files {
            if try state(file) == .sound {
                report("\(file.name): is there already")
                continue
            }
            if let address = source.address(of: file) {
                try await download(file, address)
            } else {
                try copy(file, source)
            }
            report("\(file.name): fetched, \(file.bytes) bytes")
        }
    }

    /// Where a file grows until it is whole.
    func part(_ file: ModelFile) -> String { "\(folder)/\(file.name).part" }

    private func lock() throws(ModelsError) -> FolderLock {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if let lock = try FolderLock("\(folder)/.lock") { return lock }
        } catch { throw ModelsError(.file, "the folder \(folder) cannot be made or written: check its permissions") }
        throw ModelsError(.busy, "another process fetches models into \(folder): wait for it")
    }

    private func copy(_ file: ModelFile, _ source: ModelSource) throws(ModelsError) {
        for candidate in source.paths(of: file) {
            guard let bytes = try Self.read(candidate, for: file) else { continue }
            try check(bytes, file, from: candidate)
            do {
                let part = part(file)
                try Data(bytes).write(to: URL(filePath: part))
                try settle(file)
            } catch { throw ModelsError(.file, "\(path(file)) cannot be written: check the folder's permissions and the room on its disk") }
            return
        }
        throw ModelsError(.missing, "\(file.name) is not in the folder given, nor in a folder \"models\" of it")
    }

    private func download(_ file: ModelFile, _ address: String) async throws(ModelsError) {
        let part = part(file)
        let download = FileDownload(file, address: address, part: part)
        let wasResumed = try await download.run()
        do throws(ModelsError) { try check(part, file, from: ModelSource.shown(address)) } catch {
            // What it went on from may have been something else: once more from the beginning.
            guard wasResumed else { throw error }
            _ = try await download.run()
            try check(part, file, from: ModelSource.shown(address))
        }
        do { try settle(file) } catch {
            throw ModelsError(.file, "\(path(file)) cannot be written: check the folder's permissions and the room on its disk")
        }
    }

    /// Takes a download away that is not what it should be.
    private func check(_ part: String, _ file: ModelFile, from source: String) throws(ModelsError) {
        do throws(ModelsError) { try check(try Self.read(part, for: file) ?? [], file, from: source) } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw error
        }
    }

    private func check(_ bytes: [UInt8], _ file: ModelFile, from source: String) throws(ModelsError) {
        guard Self.isGenuine(bytes, file) else {
            throw ModelsError(
                .wrongHash, "what \(source) gives as \(file.name) is not the file of the catalogue (SHA-256 \(file.sha256)): it is not used"
            )
        }
    }

    private func settle(_ file: ModelFile) throws {
        let part = part(file)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: part)
        try DurableFile.synchronizeFile(part)
        try? FileManager.default.removeItem(atPath: path(file))
        try FileManager.default.moveItem(atPath: part, toPath: path(file))
        try DurableFile.synchronizeFolder(folder)
    }
}
