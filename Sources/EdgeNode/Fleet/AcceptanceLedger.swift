import Foundation
package import Protocol

/// Which revisions an outbox has accepted, written after its commit: what a fault run holds the hub's store to.
///
/// A line is one write, so a killed process leaves whole lines but for the last. A revision that was committed and then cut off from its
/// line is stored although nobody asks for it; the other way round cannot be.
package struct AcceptanceLedger {
    private let handle: FileHandle

    /// Opens the ledger to add to it.
    package init(path: String) throws {
        let manager = FileManager.default
        if !manager.fileExists(atPath: path) { _ = manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) }
        guard let handle = FileHandle(forWritingAtPath: path) else { throw CocoaError(.fileWriteUnknown) }
        _ = try handle.seekToEnd()
        self.handle = handle
    }

    /// Adds the drafts that became rows.
    package func note(_ drafts: [DraftEvent], _ results: [OutboxResult]) throws {
        var text = ""
        for (draft, result) in zip(drafts, results) where result.seq != nil { text += "\(draft.id) \(draft.rev)\n" }
        if !text.isEmpty { try handle.write(contentsOf: Data(text.utf8)) }
    }

    /// The highest revision of every accepted event, and how many revisions there are.
    package static func read(path: String) -> (revisions: [EventID: Int64], count: Int) {
        var revisions: [EventID: Int64] = [:]
        var count = 0
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return (revisions, count) }
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let id = EventID(parts[0]), let rev = Int64(parts[1]) else { continue }
            revisions[id] = max(revisions[id] ?? 0, rev)
            count += 1
        }
        return (revisions, count)
    }
}
