import Foundation

/// Finds the segments that the command line names: files as they are, and everything that ends in `.vge` below a folder.
struct SegmentSearch: Sendable {
    /// Where the plaintext goes; nil for beside each segment.
    let into: URL?

    /// Goes through a file or a folder, in the order of names. Symbolic links below a folder are not followed into others.
    /// - Parameter visit: Called with each segment, and with what to tell the user where a folder cannot be read or has none. It returns
    ///   whether to go on.
    func visit(_ path: String, _ visit: (Result<DecryptionJob, AdministrationError>) -> Bool) {
        let url = URL(filePath: path)
        guard Self.isFolder(url.resolvingSymlinksInPath()) else {
            _ = visit(.success(DecryptionJob(url, into: into)))
            return
        }
        var count = 0
        let isDone = walk(url, []) { found in
            count += 1
            return visit(found)
        }
        if isDone, count == 0 { _ = visit(.failure(AdministrationError("\(url.path): there are no \(DecryptionJob.ending) files in it."))) }
    }

    /// - Returns: Whether to go on.
    private func walk(_ folder: URL, _ folders: [String], _ visit: (Result<DecryptionJob, AdministrationError>) -> Bool) -> Bool {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            return visit(.failure(AdministrationError("\(folder.path): cannot be read. Check that this user may read the folder.")))
        }
        for name in names.sorted() {
            let url = folder.appending(path: name)
            if Self.isFolder(url) {
                guard walk(url, folders + [name], visit) else { return false }
            } else if name.hasSuffix(DecryptionJob.ending) {
                guard visit(.success(DecryptionJob(url, into: into, folders: folders))) else { return false }
            }
        }
        return true
    }

    /// A link to one is none.
    private static func isFolder(_ url: URL) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        return attributes?[.type] as? FileAttributeType == .typeDirectory
    }
}
