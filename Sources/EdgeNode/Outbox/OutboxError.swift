/// Why the outbox could not do what it was asked. Safe to log: it carries no event and no secret.
package enum OutboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file cannot be opened, read or written now; nothing of the call was stored. Worth trying again.
    case storage(code: Int32, message: String)
    /// SQLite does not keep a setting on which durability rests.
    case setting(name: String, wanted: String, found: String)
    /// The file was written by a newer version of this program.
    case newerVersion(Int)

    package var description: String {
        switch self {
        case .storage(let code, let message):
            "the outbox cannot be used (SQLite \(code): \(message)): check that the data folder has room and belongs to this user"
        case .setting(let name, let wanted, let found):
            "SQLite has \(name)=\(found) for the outbox where \(wanted) is needed: check the SQLite library"
        case .newerVersion(let version):
            "the outbox has version \(version), newer than this program: install the newer vigilar-edge again"
        }
    }
}
