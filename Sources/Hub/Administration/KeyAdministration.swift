import Base
private import Foundation
private import Glibc
private import Trust

/// What the commands of `vigilar-hub keys` do. They work on the trust folder itself, whether a hub runs or not: one that runs looks there.
package struct KeyAdministration: Sendable {
    private let settings: TrustSettings
    private let folder: TrustFolder
    private let clock: any WallClock
    private let logRounds: Int

    package init(_ settings: TrustSettings) { self.init(settings, clock: SystemClock(), logRounds: PassphraseFile.standardLogRounds) }

    /// - Parameter logRounds: Of scrypt; tests have no second to spend.
    init(_ settings: TrustSettings, clock: any WallClock, logRounds: Int) {
        self.settings = settings
        folder = TrustFolder(settings)
        self.clock = clock
        self.logRounds = logRounds
    }

    /// Writes the keys into one encrypted file, and notes in the folder which ones it holds.
    /// - Parameters:
    ///   - path: Of a file that is not there yet.
    ///   - passphrase: Asked once everything else is known to be in order.
    /// - Returns: Lines to print.
    /// - Throws: `HubTrust.Failure`, `PrivateFile.Failure`, `AdministrationError`.
    package func backup(to path: String, passphrase: () throws -> String) throws -> [String] {
        try checkUser()
        let file = URL(filePath: path)
        guard !FileManager.default.fileExists(atPath: file.path) else {
            throw AdministrationError("\(file.path) exists, and is not overwritten: choose another name.")
        }
        guard FileManager.default.fileExists(atPath: folder.url.path) else { throw noKeys }
        let files = try folder.locked { try folder.keyFiles(hasAuthority: settings.authority == nil) }
        guard !files.isEmpty else { throw noKeys }
        let backup = KeyBackup(madeAt: clock.now, keys: try KeySet(files))
        try PrivateFile.writeNew(try backup.sealed(try passphrase(), logRounds: logRounds), to: file)
        // Of the keys as they were read: one that was made since is not in the file.
        try folder.locked { try folder.write(KeyBackupRecord(madeAt: backup.madeAt, keys: backup.keys.fingerprints)) }
        var lines = [
            "\(backup.keys.fingerprints.count) keys are in \(file.path).",
            "Keep the file and the passphrase, apart from each other, off this machine. Both together open every recording and picture; "
                + "without them a lost trust folder leaves all of these closed.",
        ]
        if settings.authority != nil { lines.append("tls.authority_key is not among them: keep a copy of that file yourself.") }
        return lines
    }

    /// Puts the keys of a backup into a folder that has none, or adds those of them that are missing.
    /// - Parameter passphrase: Asked where the file is there.
    /// - Returns: Lines to print.
    /// - Throws: `HubTrust.Failure`, `PrivateFile.Failure`, `AdministrationError`; nothing is changed then.
    package func restore(from path: String, passphrase: () throws -> String) throws -> [String] {
        try checkUser()
        let file = URL(filePath: path)
        let bytes = try PassphraseFile.read(file)
        let backup: KeyBackup
        do { backup = try KeyBackup(bytes, passphrase: try passphrase()) } catch let failure as HubTrust.Failure {
            throw AdministrationError("\(file.path) cannot be restored. \(failure.description)")
        }
        let files = backup.keys.files
        if settings.authority != nil, files.contains(where: { $0.name == TrustFolder.authorityKey }) {
            throw AdministrationError("The backup has an authority of its own: take tls.authority out of the configuration first.")
        }
        try folder.make()
        return try folder.locked {
            let wanted = Dictionary(files.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
            let foreign = try folder.keyFiles(hasAuthority: settings.authority == nil).filter { wanted[$0.name] != $0.text }.map(\.name)
            guard foreign.isEmpty else {
                throw AdministrationError(
                    "\(folder.url.path) has other keys than the backup, and they are not overwritten: \(foreign.joined(separator: ", ")). "
                        + "Move the folder away first if they are not needed.")
            }
            let missing = files.filter { !folder.exists($0.name) }
            for file in missing { try folder.write(file.text, file.name) }
            try folder.write(KeyBackupRecord(madeAt: backup.madeAt, keys: backup.keys.fingerprints))
            guard !missing.isEmpty else { return ["All keys of the backup are in \(folder.url.path) already: nothing to do."] }
            return ["Put into \(folder.url.path): \(missing.map(\.name).joined(separator: ", ")). Restart a hub that runs."]
        }
    }

    /// Makes a new key for nodes to seal to. The one of before still opens what was sealed to it.
    /// - Returns: Lines to print.
    /// - Throws: `HubTrust.Failure`, `PrivateFile.Failure`, `AdministrationError`.
    package func rotate() throws -> [String] {
        try checkUser()
        guard folder.exists(TrustFolder.sealingKey) else { throw noKeys }
        let key = try folder.locked { try folder.rotateSealingKey() }
        return [
            "The sealing key is a new one, \(key.publicKey.fingerprint.prefix(8)). Nodes that are connected take it within a quarter of an hour.",
            "The older ones stay in \(folder.url.path), and are needed for what was sealed to them.",
            "Make a new backup now: vigilar-hub keys backup FILE",
        ]
    }

    private var noKeys: AdministrationError {
        AdministrationError("There are no keys in \(folder.url.path): check --data, or start the hub once, which makes them.")
    }

    /// What root writes the hub's own user cannot read.
    private func checkUser() throws {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.url.path)
        guard geteuid() == 0, let owner = attributes?[.ownerAccountID] as? Int, owner != 0 else { return }
        throw AdministrationError("\(folder.url.path) is another user's: run this command as that user, with sudo -u.")
    }
}
