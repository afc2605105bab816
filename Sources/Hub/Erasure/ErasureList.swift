private import Base
package import Foundation
private import Protocol

/// Who was ever erased, in a file beside the store: where an older copy of the store is put back, those whom it still has are erased again.
package struct ErasureList: Sendable {
    private let file: URL

    /// Characters, that is some hundred thousand events: more is none of ours.
    private static let limit = 64 << 20

    package init(_ file: URL) { self.file = file }

    private struct Content: Codable {
        var v = 1
        var erased: [Line]
    }

    private struct Line: Codable {
        var individual: String
        var erasedAt: Timestamp
        var account: String?
        var withPictures: Bool
        /// Absent where they are deleted or kept.
        var hidden: Bool?
        var events: [String]

        enum CodingKeys: String, CodingKey {
            case individual, account, events, hidden
            case erasedAt = "erased_at"
            case withPictures = "with_pictures"
        }
    }

    /// What the file holds; empty where there is none.
    /// - Throws: Where it cannot be read: somebody should look at it.
    package func read() throws -> [Erasure] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        let data = try Data(contentsOf: file)
        guard data.count <= Self.limit else { throw CocoaError(.fileReadTooLarge) }
        return try NodeJSON.decode(Content.self, from: Array(data)).erased.compactMap { line in
            guard let individual = EventID(line.individual) else { return nil }
            return Erasure(
                individual: individual, time: line.erasedAt, account: line.account, reason: .restore,
                pictures: Erasure.Pictures(isOfPictures: line.withPictures, isHidden: line.hidden ?? false),
                events: line.events.compactMap { EventID($0) })
        }
    }

    /// Replaces the file.
    package func write(_ erasures: [Erasure]) throws {
        let lines = erasures.map {
            Line(
                individual: "\($0.individual)", erasedAt: $0.time, account: $0.account, withPictures: $0.isOfPictures,
                hidden: $0.pictures == .hidden ? true : nil, events: $0.events.map { "\($0)" })
        }
        guard let bytes = NodeJSON.encode(Content(erased: lines)) else { throw CocoaError(.coderInvalidValue) }
        try PrivateFile.write(bytes, to: file)
    }
}
