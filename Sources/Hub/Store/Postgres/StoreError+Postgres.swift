import Postgres

extension StoreError {
    /// What a PostgreSQL failure means to a caller.
    init(postgres error: PostgresError) {
        switch error.code {
        case .connection, .unavailable:
            self.init(.unavailable, "PostgreSQL: \(error.message); check that the server runs and that the database URL is right")
        case .server(let state):
            switch state.prefix(2) {
            // Resources, operator's intervention, system errors, deadlocks and lock timeouts pass; so does a read-only standby
            // that is being promoted.
            case "53", "57", "58", "40", "55", "25": self.init(.unavailable, "PostgreSQL \(state): \(error.message)")
            case "42", "3F", "28", "0A": self.init(.schema, "PostgreSQL \(state): \(error.message); check the database's schema and rights")
            default: self.init(.refused, "PostgreSQL \(state): \(error.message)")
            }
        }
    }
}
