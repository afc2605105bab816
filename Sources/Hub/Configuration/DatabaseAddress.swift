package import Settings

/// Where a hub stores: the key `database` of `hub.toml`.
package enum DatabaseAddress: Sendable, Equatable {
    /// A SQLite file; nil for the standard one in the data folder.
    case sqlite(path: String?)
    /// A PostgreSQL server, as libpq takes it; its password is never shown.
    case postgres(Redacted)

    init(_ table: TableReader) {
        self = .sqlite(path: nil)
        guard let text = table.string("database") else { return }
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres(Redacted(address: text))
        } else if text.hasPrefix("sqlite:"), !text.hasPrefix("sqlite://") {
            let path = text.dropFirst("sqlite:".count)
            if !path.isEmpty { self = .sqlite(path: table.resolved(String(path), of: "database")) }
        } else {
            table.fail("database", "must be sqlite:, sqlite:PATH or postgres://user:password@host:port/name")
        }
    }
}
