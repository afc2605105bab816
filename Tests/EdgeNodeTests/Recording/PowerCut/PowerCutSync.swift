/// The syncs without which something that counts is lost: each is a line of the recorder, or a switch of SQLite.
enum PowerCutSync: String, CaseIterable, Sendable {
    /// A new folder's name: the node's data, the recordings', a camera's, a day's.
    case dataFolder, recordingsFolder, cameraFolder, dayFolder
    /// The same where a process was killed between making it and this.
    case cameraFolderAgain, dayFolderAgain
    /// The names of a segment and its sidecar; that they are gone.
    case newFiles, removedFiles
    /// Chunks, the record that says so; the last chunk, the end.
    case chunks, record, lastChunk, end
    /// What the start that follows a cut says of a segment, or has read of it; the segment's bytes that it has found.
    case mark, rest
    /// The table's journal, the table itself, and their names.
    case commit, checkpoint, tableFolder

    /// Which of the log's operations are syncs of this kind.
    static func kinds(_ log: PowerCutLog) -> [PowerCutSync?] {
        var made: Set<String> = []
        var last: [String: PowerCutLog.Operation] = [:]
        var written: Set<String> = []
        return log.operations.map { operation in
            defer {
                switch operation.kind {
                case .start: (made, written) = ([], [])
                case .makeFolder: made.insert(operation.path)
                case .makeFile, .unlink: last[operation.folder] = operation
                case .write, .cut:
                    last[operation.path] = operation
                    written.insert(operation.path)
                default: break
                }
            }
            let isOwn = written.contains(operation.path) || operation.kind != .syncFile || operation.path.hasSuffix(".idx")
            return isOwn || operation.isSQLite ? kind(operation, made, last) : .rest
        }
    }

    private static func kind(
        _ operation: PowerCutLog.Operation, _ made: Set<String>, _ last: [String: PowerCutLog.Operation]
    ) -> PowerCutSync? {
        let parts = operation.path.split(separator: "/")
        let before = last[operation.path]
        if operation.isSQLite {
            guard operation.kind == .syncFile else { return operation.kind == .syncFolder ? .tableFolder : nil }
            return operation.path.hasSuffix("-wal") ? .commit : operation.path.hasSuffix(".sqlite") ? .checkpoint : nil
        }
        let isNew = made.contains { $0.hasPrefix(operation.path) && $0.split(separator: "/").count == parts.count + 1 }
        switch (operation.kind, parts.count) {
        case (.syncFolder, 0): return .dataFolder
        case (.syncFolder, 1): return .recordingsFolder
        case (.syncFolder, 2): return isNew ? .cameraFolder : .cameraFolderAgain
        case (.syncFolder, 3): return isNew ? .dayFolder : .dayFolderAgain
        case (.syncFolder, _): return before?.kind == .unlink ? .removedFiles : .newFiles
        case (.syncFile, _) where operation.path.hasSuffix(".idx"):
            let records = before.map { Self.records($0.data) } ?? []
            // Nothing but the cut of what was torn, or of nothing, comes before the sync of an end that was read.
            if before?.kind == .cut || records.contains(4) { return .mark }
            return records.contains(3) ? .end : .record
        case (.syncFile, _) where operation.path.hasSuffix(".vge"):
            return (before?.data.count ?? 0) % 16_400 == 0 || before?.place == 0 ? .chunks : .lastChunk
        case (.syncFile, _): return .chunks
        default: return nil
        }
    }

    /// The kinds of a sidecar's records.
    static func records(_ bytes: [UInt8]) -> [UInt8] {
        var kinds: [UInt8] = []
        var at = 0
        while at + 12 < bytes.count {
            kinds.append(bytes[at + 12])
            at += 12 + bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        return kinds
    }
}
