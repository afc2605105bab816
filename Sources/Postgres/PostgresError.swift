/// Why PostgreSQL could not do something. The description is safe to log: it holds no connection string, parameter or row.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The server cannot be reached, went away or did not answer in time. The connection is of no more use.
        case connection
        /// The server refused a statement; the SQLSTATE says why.
        case server(sqlState: String)
        /// The caller or the pool has been closed, or the pool's queue is full.
        case unavailable
    }

    package let code: Code
    /// What happened, in the server's or library's primary words.
    package let message: String
    /// The constraint that was violated, where the server named one.
    package let constraint: String?

    package init(_ code: Code, _ message: String, constraint: String? = nil) {
        self.code = code
        self.message = message
        self.constraint = constraint
    }

    /// The five characters of the SQLSTATE, where a server sent one.
    package var sqlState: String? {
        if case .server(let state) = code { state } else { nil }
    }

    /// Whether the same transaction may succeed when it is simply run again: it lost a race with another one.
    package var lostRace: Bool { ["23505", "40001", "40P01"].contains(sqlState ?? "") }

    package var description: String {
        switch code {
        case .connection: "connection: \(message)"
        case .server(let state): "\(state): \(message)"
        case .unavailable: "unavailable: \(message)"
        }
    }
}
