import Postgres

extension StoreError {
    /// What a PostgreSQL failure means to a caller. Only what is known to lie in the data is `refused`, for ingest quarantines that and
    /// the node gives it up; anything unknown may pass.
    init(postgres error: PostgresError) {
        switch error.code {
        case .connection, .unavailable:
            self.init(.unavailable, "PostgreSQL: \(error.message); check that the server runs and that the database URL is right")
        case .server(let state):
            switch state.prefix(2) {
            // A duplicate key is a race lost to another replica, however often it was run again: the next look sees the other's row.
            case _ where state == "23505": self.init(.unavailable, "PostgreSQL \(state): \(error.message)")
            // Data exceptions, integrity constraints, program limits.
            case "22", "23", "54": self.init(.refused, "PostgreSQL \(state): \(error.message)")
            case "42", "3F", "28", "0A": self.init(.schema, "PostgreSQL \(state): \(error.message); check the database's schema and rights")
            default: self.init(.unavailable, "PostgreSQL \(state): \(error.message)")
            }
        }
    }
}
