import Foundation
import TestSupport

/// A disk that forgets: what is on it after a power cut at some place of a log.
///
/// A file's bytes and length are there up to its last sync, a name in a folder up to the last sync of that folder. What was done later is there
/// or not, each write for itself, wholly or up to some byte; of a folder's names, those up to some point.
struct PowerCutModel {
    /// What becomes of that which was not synced.
    struct Fate: Sendable, CustomStringConvertible {
        enum Choice: String, Sendable { case gone, kept, dice }

        var names: Choice
        var data: Choice

        static let allGone = Fate(names: .gone, data: .gone)
        /// As after a killed process.
        static let allKept = Fate(names: .kept, data: .kept)
        static let dataGone = Fate(names: .kept, data: .gone)
        static let namesGone = Fate(names: .gone, data: .kept)
        static let dice = Fate(names: .dice, data: .dice)

        var description: String { "names \(names.rawValue), data \(data.rawValue)" }
    }

    private enum Change {
        case write(Int, [UInt8])
        case cut(Int)
    }

    private final class Node {
        let isFolder: Bool
        var bytes: [UInt8] = []
        var changes: [Change] = []
        var names: [String: Node] = [:]
        var nameChanges: [(name: String, node: Node?)] = []

        init(isFolder: Bool) { self.isFolder = isFolder }

        func sync() {
            for change in changes { Self.apply(change, to: &bytes) }
            changes = []
        }

        func syncNames() {
            for change in nameChanges { names[change.name] = change.node }
            nameChanges = []
        }

        static func apply(_ change: Change, to bytes: inout [UInt8]) {
            switch change {
            case .write(let place, let data):
                if bytes.count < place + data.count { bytes.append(contentsOf: repeatElement(0, count: place + data.count - bytes.count)) }
                bytes.withUnsafeMutableBytes {
                    UnsafeMutableRawBufferPointer(rebasing: $0[place..<place + data.count]).copyBytes(from: data)
                }
            case .cut(let length):
                if bytes.count > length { bytes.removeLast(bytes.count - length) }
                if bytes.count < length { bytes.append(contentsOf: repeatElement(0, count: length - bytes.count)) }
            }
        }
    }

    private let root = Node(isFolder: true)
    private var present: [String: Node] = [:]

    init() { present[""] = root }

    mutating func take(_ operation: PowerCutLog.Operation) {
        // SQLite's memory between processes is made anew by whoever comes first.
        if operation.path == "reports" || operation.path.hasSuffix("-shm") { return }
        let name = operation.path.split(separator: "/").last.map(String.init) ?? ""
        let folder = present[operation.folder]
        switch operation.kind {
        case .start: break
        case .makeFile, .makeFolder:
            let node = Node(isFolder: operation.kind == .makeFolder)
            present[operation.path] = node
            folder?.nameChanges.append((name, node))
        case .write: present[operation.path]?.changes.append(.write(operation.place, operation.data))
        case .cut: present[operation.path]?.changes.append(.cut(operation.place))
        case .syncFile: present[operation.path]?.sync()
        case .syncFolder: present[operation.path]?.syncNames()
        case .unlink:
            present[operation.path] = nil
            folder?.nameChanges.append((name, nil))
        case .rename:
            let node = present.removeValue(forKey: operation.path)
            present[operation.other] = node
            folder?.nameChanges.append((name, nil))
            folder?.nameChanges.append((operation.other.split(separator: "/").last.map(String.init) ?? "", node))
        }
    }

    /// Makes what is left.
    /// - Parameter path: A folder that exists and is empty.
    func restore(to path: String, _ fate: Fate, _ dice: inout SeededGenerator) throws { try restore(root, to: path, fate, &dice) }

    private func restore(_ folder: Node, to path: String, _ fate: Fate, _ dice: inout SeededGenerator) throws {
        var names = folder.names
        let count =
            switch fate.names {
            case .gone: 0
            case .kept: folder.nameChanges.count
            case .dice: Int.random(in: 0...folder.nameChanges.count, using: &dice)
            }
        for change in folder.nameChanges.prefix(count) { names[change.name] = change.node }
        for (name, node) in names.sorted(by: { $0.key < $1.key }) {
            let place = "\(path)/\(name)"
            if node.isFolder {
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
                try restore(node, to: place, fate, &dice)
            } else {
                try Data(bytes(node, fate, &dice)).write(to: URL(filePath: place))
            }
        }
    }

    private func bytes(_ node: Node, _ fate: Fate, _ dice: inout SeededGenerator) -> [UInt8] {
        var bytes = node.bytes
        if fate.data == .gone { return bytes }
        for change in node.changes {
            let luck = fate.data == .kept ? 0 : Int.random(in: 0..<10, using: &dice)
            if luck >= 7 { continue }
            if luck >= 4, case .write(let place, let data) = change {
                Node.apply(.write(place, Array(data.prefix(Int.random(in: 0...data.count, using: &dice)))), to: &bytes)
            } else {
                Node.apply(change, to: &bytes)
            }
        }
        return bytes
    }
}
