import Foundation

/// What `RecordRun` recorded.
package struct RecordReport: Sendable, Encodable {
    /// Of the source.
    package let packets: Int
    package let packetBytes: Int
    package let segments: Int
    /// Of the segments' files.
    package let bytes: Int
    package let fragments: Int
    /// From opening the library to the end of the last segment.
    package let seconds: Double
    /// Of these, for which the thread that writes waited for the disk.
    package let syncSeconds: Double

    /// One line.
    package var json: String { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}" }
}
