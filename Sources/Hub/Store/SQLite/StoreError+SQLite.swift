import GRDB

extension StoreError {
    /// What a SQLite failure means to a caller. Only SQLite's own words are kept: a statement's text and arguments may hold an event.
    /// Only what is known to lie in the data is `refused`, for ingest quarantines that and the node gives it up.
    init(sqlite error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            let words = error.message ?? "no message"
            switch error.resultCode {
            case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH:
                self.init(.refused, "SQLite: \(words) (\(error.resultCode.rawValue))")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                self.init(.schema, "SQLite: \(words); the file is damaged: restore it from a backup")
            case .SQLITE_MISUSE: self.init(.closed, "SQLite: the store has been closed")
            default: self.init(.unavailable, "SQLite: \(words) (\(error.resultCode.rawValue)); check the data folder's disk and rights")
            }
        case is CancellationError: self.init(.unavailable, "the call was cancelled")
        default: self.init(.unavailable, "SQLite: \(type(of: error))")
        }
    }
}
