import Foundation
import Protocol

/// The files of segments in a folder of recordings, by their names alone. What has another name is nobody's business here.
struct RecordingFiles: Sendable {
    /// One segment's.
    struct Segment: Sendable, Hashable {
        let camera: String
        let day: String
        let id: EventID
        /// Endings of those that are there.
        var endings: Set<String> = []

        /// Without an ending, below the folder of the recordings.
        var stem: String { "\(camera)/\(day)/\(id)" }
        /// The ending of the file that holds its pictures.
        var media: String? { ["vge", "mp4"].first { endings.contains($0) } }
    }

    /// In the order of cameras and time.
    let segments: [Segment]

    init(folder: String) {
        var found: [String: Segment] = [:]
        for camera in Self.names(folder) where Identifier.isValid(camera) {
            for day in Self.names("\(folder)/\(camera)") {
                for name in Self.names("\(folder)/\(camera)/\(day)") {
                    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
                    guard parts.count == 2, let id = EventID(parts[0]), ["vge", "mp4", "idx"].contains(parts[1]) else { continue }
                    let segment = Segment(camera: camera, day: day, id: id)
                    found[segment.stem, default: segment].endings.insert(String(parts[1]))
                }
            }
        }
        segments = found.values.sorted { $0.stem < $1.stem }
    }

    private static func names(_ folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
}
