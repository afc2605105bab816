import Base
import Foundation
import Recording

extension SegmentDecryption {
    /// Bytes of plaintext that are in memory at a time, in whole chunks: 256 KiB.
    private static let step = 16 * Int64(ChunkedEncryption.chunkLength)
    /// Bytes of the longest sidecar. That of a minute at 20 Mbit/s has some 150 KiB.
    private static let sidecarLimit = 16 << 20

    /// Opens one segment.
    /// - Returns: What to tell of it.
    /// - Throws: `AdministrationError` that names the file and says what to do; `CancellationError`. There is no new file then.
    func decrypt(_ job: DecryptionJob) throws -> String {
        let name = job.segment.path
        do { return try open(job) } catch let error as RecordingError {
            throw AdministrationError("\(name): \(error.message). \(advice(error.code))")
        } catch let error as AdministrationError {
            throw AdministrationError("\(name): \(error.description)")
        } catch let error as DurableFile.Failure {
            throw AdministrationError(
                "\(name): \(error.description). Check that there is room and that this user may write, or choose a folder with --into."
            )
        } catch let error as PrivateFile.Failure {
            throw AdministrationError("\(name): \(error.description)")
        }
    }

    private func open(_ job: DecryptionJob) throws -> String {
        guard !FileManager.default.fileExists(atPath: job.output.path) else {
            throw AdministrationError("\(job.output.path) exists, and is not overwritten. Move it away, or choose a folder with --into.")
        }
        let file = try SegmentFile(job.segment)
        let opener = try SegmentOpener(header: file.header, preamble: file.preamble, keys: keys)
        let whole: RecordingError
        do {
            let end = try opener.checkEnd(fileLength: file.length, read: file.read)
            return try write(file, opener, until: end, isUnterminated: false, job)
        } catch let error as RecordingError {
            whole = error
        }
        // An end that is there, and before it what was not on the disk any more when the power went, can be in one file.
        guard let end = try unterminatedEnd(file, job) else { throw whole }
        return try write(file, opener, until: end, isUnterminated: true, job)
    }

    /// Where a segment ends whose writer was cut off: with the last fragment that counts. Only its sidecar can say that it may end early.
    /// - Returns: Bytes of plaintext; nil where it is not known that it was cut off.
    private func unterminatedEnd(_ file: SegmentFile, _ job: DecryptionJob) throws -> Int64? {
        guard let handle = try? FileHandle(forReadingFrom: job.sidecar),
            let bytes = try? handle.read(upToCount: Self.sidecarLimit).map({ [UInt8]($0) }),
            let sidecar = SegmentFinding.sidecar(bytes), sidecar.head == file.header.encoded
        else { return nil }
        let fragments: Int
        switch sidecar.state {
        case .closed: return nil
        case .unterminated(let count): fragments = count
        case .open:
            // No start of the node came after the power cut: the same look at the hashes as it would have had then.
            let finding = SegmentFinding(sidecar: bytes, isEncrypted: true, bytes: file.length) { try? file.read($0) }
            fragments = finding?.fragments ?? 0
        }
        guard fragments > 0 else {
            throw AdministrationError("was cut off before a picture in it was safely on the disk: there is nothing to be opened.")
        }
        return sidecar.entries[fragments - 1].fragment.end
    }

    /// Writes the plaintext from its beginning to `end`, all of it genuine, or nothing.
    private func write(
        _ file: SegmentFile, _ opener: SegmentOpener, until end: Int64, isUnterminated: Bool, _ job: DecryptionJob
    ) throws -> String {
        try makeFolders(job)
        var output = try PlaintextFile(job.output)
        while output.length < end {
            try Task.checkCancellation()
            let range = output.length..<min(output.length + Self.step, end)
            try output.append(
                try opener.plaintext(of: range, fileLength: file.length, isUnterminated: isUnterminated, read: file.read))
        }
        try output.finish()
        let header = file.header
        return "\(job.output.path): \(header.identity.camera), from \(header.start.rfc3339), \(end) bytes"
            + (isUnterminated ? ". It was cut off, and ends with the last fragment that is whole" : "")
    }

    private func makeFolders(_ job: DecryptionJob) throws {
        if !FileManager.default.fileExists(atPath: job.root.path) {
            do { try PrivateFile.makeFolder(job.root) } catch {
                throw AdministrationError("the folder \(job.root.path) cannot be made. Choose another one with --into.")
            }
        }
        try DurableFile.makeFolders(job.folders, in: job.root.path)
    }

    private func advice(_ code: RecordingError.Code) -> String {
        switch code {
        case .wrongKey: otherKeys
        case .notGenuine: "Copy it from the disk again; what is damaged there cannot be opened."
        case .truncated: "Copy it from the disk again, with the .idx file beside it, which says whether the node was cut off."
        case .malformed: "Check that it is the right file, or copy it from the disk again."
        case .unsupported, .exhausted, .io, .diskFull: "Look for a newer version of vigilar-hub."
        }
    }
}
