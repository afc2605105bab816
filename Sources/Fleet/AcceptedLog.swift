import Foundation
package import Protocol

/// What an outbox has accepted, one line for each revision, written after `append` returned. It outlives `kill -9`: what was handed
/// to the kernel is not lost with the process.
package struct AcceptedLog: Sendable {
    package struct Entry: Sendable, Hashable {
        package let id: EventID
        package let rev: Int64
        package let seq: Int64
    }

    private let path: String

    package init(path: String) { self.path = path }

    /// Adds lines; one `write`, so that a killed process leaves at most one torn line, the last.
    package func append(_ entries: [Entry]) throws {
        if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        guard let handle = FileHandle(forWritingAtPath: path) else { throw FleetError("cannot write \(path)") }
        try handle.seekToEnd()
        let text = entries.map { "\($0.id) \($0.rev) \($0.seq)\n" }.joined()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    /// All whole lines; a torn last one is cut off the file, so that the next line does not join it.
    package func read() throws -> [Entry] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { data[...$0] } ?? Data()
        if whole.count < data.count { try whole.write(to: URL(fileURLWithPath: path)) }
        return try String(decoding: whole, as: UTF8.self).split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            guard words.count == 3, let id = EventID(words[0]), let rev = Int64(words[1]), let seq = Int64(words[2]) else {
                throw FleetError("\(path) holds a line that is none")
            }
            return Entry(id: id, rev: rev, seq: seq)
        }
    }
}
