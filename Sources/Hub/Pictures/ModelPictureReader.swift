package import Media
package import Protocol
package import Sight

/// Reads pictures with the catalogue's models. They are in memory only while there is something to read.
package actor ModelPictureReader: PictureReading {
    private struct Missing: Error, CustomStringConvertible {
        let folder: String
        var description: String { "the models are not in \(folder): vigilar-edge models fetch --models \(folder) brings them" }
    }

    private let folder: String
    private var reader: PictureReader?

    /// - Parameter folder: Where the models lie.
    package init(folder: String) { self.folder = folder }

    package nonisolated func check() throws {
        let models = try SightModels(folder: folder)
        guard models.hasPictureReader else { throw Missing(folder: folder) }
    }

    package func prepare() async throws { _ = try await loaded() }

    package func read(_ picture: HeldPicture, _ kind: PortraitKind, isCutOut: Bool) async throws -> [PictureSubject] {
        let reader = try await loaded()
        return switch kind {
        case .face: try await reader.faces(in: picture)
        case .animal: try await reader.animals(in: picture, isCutOut: isCutOut)
        }
    }

    package func rest() { reader = nil }

    private func loaded() async throws -> PictureReader {
        if let reader { return reader }
        let loaded = try await PictureReader(SightModels(folder: folder))
        reader = loaded
        return loaded
    }
}
