import Base
import Foundation

/// A file of mode 0600 that gets its name once all of it is on the disk. Until then it lies in the same folder under another one, and goes
/// with this value.
struct PlaintextFile: ~Copyable {
    private let url: URL
    private let temporary: String
    private var file: DurableFile

    /// - Throws: `DurableFile.Failure`.
    init(_ url: URL) throws(DurableFile.Failure) {
        self.url = url
        // A name of its own, so that two commands with the same segment do not write into one file.
        let name = ".\(url.lastPathComponent).\(Secret.make().prefix(8)).new"
        temporary = url.deletingLastPathComponent().appending(path: name).path
        file = try DurableFile(creating: temporary)
    }

    deinit { try? DurableFile.remove(temporary) }

    /// Bytes so far.
    var length: Int64 { file.length }

    /// - Throws: `DurableFile.Failure`.
    mutating func append(_ bytes: [UInt8]) throws(DurableFile.Failure) { try file.append(bytes) }

    /// Gives the file its name.
    /// - Throws: `DurableFile.Failure`; `PrivateFile.Failure` where there is a file of this name.
    consuming func finish() throws {
        try file.synchronize()
        try PrivateFile.moveNew(temporary, to: url)
    }
}
