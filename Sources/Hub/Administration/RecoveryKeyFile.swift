private import Base
private import Foundation
import Trust

/// The file of a recovery key: what `vigilar-hub keys recovery` makes and `vigilar-hub decrypt --key` opens. The hub itself knows nothing
/// of it.
package struct RecoveryKeyFile: Sendable {
    private let file: URL
    private let logRounds: Int

    package init(_ path: String) { self.init(path, logRounds: PassphraseFile.standardLogRounds) }

    /// - Parameter logRounds: Of scrypt; tests have no second to spend.
    init(_ path: String, logRounds: Int) {
        file = URL(filePath: path)
        self.logRounds = logRounds
    }

    /// Makes a key, of which the file holds the private half and the lines the public one.
    /// - Parameter passphrase: Asked where there is no file of this name yet.
    /// - Returns: Lines to print.
    /// - Throws: `HubTrust.Failure`, `PrivateFile.Failure`, `AdministrationError`; there is no new file then.
    package func make(passphrase: () throws -> String) throws -> [String] {
        guard !FileManager.default.fileExists(atPath: file.path) else {
            throw AdministrationError("\(file.path) exists, and is not overwritten: choose another name.")
        }
        let recovery = RecoveryKey(madeAt: SystemClock().now)
        try PrivateFile.writeNew(try recovery.sealed(try passphrase(), logRounds: logRounds), to: file)
        return [
            recovery.key.publicKey.text,
            "Put this as recovery_key into [recording] of each node's edge.toml: what it records from then on can also be opened with "
                + "\(file.path) and its passphrase, which you should keep apart from each other, off this machine.",
        ]
    }

    /// The private half.
    /// - Parameter passphrase: Asked where the file is there.
    /// - Throws: `AdministrationError` that names the file.
    func open(passphrase: () throws -> String) throws -> SealingPrivateKey {
        let bytes = try PassphraseFile.read(file)
        do { return try RecoveryKey(bytes, passphrase: try passphrase()).key } catch let failure as HubTrust.Failure {
            throw AdministrationError("\(file.path) cannot be opened. \(failure.description)")
        }
    }
}
