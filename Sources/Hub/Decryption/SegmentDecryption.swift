private import Base
private import Foundation
import Trust
private import UnixSignals

/// Opens encrypted segments from a disk that was taken out of a node, and writes them as MP4 files: what `vigilar-hub decrypt` does. It
/// needs neither a running hub nor its store.
package struct SegmentDecryption: Sendable {
    let keys: [SealingPrivateKey]
    /// What to do where none of the keys fits.
    let otherKeys: String

    private init(keys: [SealingPrivateKey], otherKeys: String) {
        self.keys = keys
        self.otherKeys = otherKeys
    }

    /// Takes the hub's sealing keys, older ones included. Nothing is written to the folder, so that root may do this too.
    /// - Throws: `AdministrationError`, `HubTrust.Failure`.
    package init(_ settings: TrustSettings) throws {
        let folder = TrustFolder(settings)
        guard (try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) != nil else {
            throw AdministrationError(
                "The keys in \(folder.url.path) cannot be read: check --data, and run this command as the hub's user or as root.")
        }
        self.init(
            keys: try folder.sealingKeys(),
            otherKeys:
                "Put back the keys of the hub that it was made for with vigilar-hub keys restore, or give its recovery key with --key.")
    }

    /// Takes a recovery key.
    /// - Parameter passphrase: Asked once.
    /// - Throws: `AdministrationError` that names the file.
    package init(_ recovery: RecoveryKeyFile, passphrase: () throws -> String) throws {
        self.init(
            keys: [try recovery.open(passphrase: passphrase)],
            otherKeys:
                "Its node did not have this recovery key when it recorded: use the hub's keys, without --key, or another recovery key.")
    }

    /// Opens files and folders until SIGINT or SIGTERM.
    /// - Parameters:
    ///   - into: Folder of the plaintext, made where it is missing; nil for beside each segment.
    ///   - done: Takes the line of a segment that was opened.
    ///   - failed: Takes the line of one that was not, with what to do.
    /// - Returns: Whether everything was opened.
    package func run(
        _ paths: [String], into: String?, done: @escaping @Sendable (String) -> Void, failed: @escaping @Sendable (String) -> Void
    ) async -> Bool {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return await withTaskGroup(of: Bool?.self) { group in
            group.addTask {
                for await _ in signals { break }
                return nil
            }
            group.addTask(executorPreference: ThreadExecutor(name: "decrypt")) {
                decrypt(paths, into: into, done: done, failed: failed)
            }
            var isWhole = false
            for await result in group {
                if let result { isWhole = result }
                group.cancelAll()
            }
            return isWhole
        }
    }

    /// Opens files and folders until the task is cancelled; blocks.
    func decrypt(_ paths: [String], into: String?, done: (String) -> Void, failed: (String) -> Void) -> Bool {
        let search = SegmentSearch(into: into.map { URL(filePath: $0, directoryHint: .isDirectory) })
        var isWhole = true
        func fail(_ line: String) {
            isWhole = false
            failed(Self.printable(line))
        }
        for path in paths where !Task.isCancelled {
            search.visit(path) { found in
                do { done(Self.printable(try decrypt(try found.get()))) } catch let error as AdministrationError {
                    fail(error.description)
                } catch is CancellationError {} catch { fail("\(error)") }
                return !Task.isCancelled
            }
        }
        if Task.isCancelled { fail("Stopped: what has no line here is not opened.") }
        return isWhole
    }

    /// What may be shown: names on a foreign disk can hold line breaks, and what a terminal obeys.
    private static func printable(_ line: String) -> String {
        String(String.UnicodeScalarView(line.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
