import Foundation

/// A segment to be opened, and where its plaintext goes.
struct DecryptionJob: Sendable {
    let segment: URL
    /// There before; `folders` below it are made as needed.
    let root: URL
    let folders: [String]

    /// - Parameter into: Nil for the segment's own folder.
    init(_ segment: URL, into: URL?, folders: [String] = []) {
        self.segment = segment
        root = into ?? segment.deletingLastPathComponent()
        self.folders = into == nil ? [] : folders
    }

    /// The segment's name without its ending; a name of another kind as it is.
    private var stem: String {
        let name = segment.lastPathComponent
        return name.hasSuffix(Self.ending) ? String(name.dropLast(Self.ending.count)) : name
    }

    static let ending = ".vge"
    var sidecar: URL { segment.deletingLastPathComponent().appending(path: "\(stem).idx") }
    var output: URL { (folders + ["\(stem).mp4"]).reduce(root) { $0.appending(path: $1) } }
}
