import Foundation

/// What a program did to the files below a folder, as `PowerCutShim` wrote it down.
struct PowerCutLog: Sendable {
    struct Operation: Sendable {
        enum Kind: UInt8, Sendable {
            /// A process begins.
            case start
            case makeFile, makeFolder, write, cut, syncFile, syncFolder, rename, unlink
        }

        var kind: Kind
        /// Whether SQLite did it, in one of its own files.
        var isSQLite: Bool
        /// Below the folder.
        var path: String
        /// The new name.
        var other: String
        /// Of a write, or the length of a cut file.
        var place: Int
        var data: [UInt8]

        /// The recorder's word on what is done for good.
        var report: [Substring]? {
            guard kind == .write, path == "reports" else { return nil }
            return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        }
        var isSync: Bool { kind == .syncFile || kind == .syncFolder }
        /// Whether the shim counts it.
        var isCounted: Bool { !isSQLite && kind != .start && path != "reports" }
        var folder: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }
    }

    var operations: [Operation] = []

    init(_ path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        var at = 0
        func number(_ count: Int) -> Int {
            defer { at += count }
            return bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        func text(_ count: Int) -> String {
            defer { at += count }
            return String(decoding: bytes[at..<at + count], as: UTF8.self)
        }
        // What was being written when the process was killed is cut short, and did not happen.
        while at + 24 <= bytes.count {
            let (kind, isSQLite, name, other, _, place, length) = (
                number(1), number(1), number(2), number(2), number(2), number(8), number(8)
            )
            guard at + name + other + length <= bytes.count, let kind = Operation.Kind(rawValue: UInt8(kind)) else { break }
            let (path, second) = (text(name), text(other))
            let data = Array(bytes[at..<at + length])
            at += length
            operations.append(Operation(kind: kind, isSQLite: isSQLite == 1, path: path, other: second, place: place, data: data))
        }
    }

    init(_ operations: [Operation]) { self.operations = operations }
}
