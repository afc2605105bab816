/// How to reach a server, and how long to believe in it.
package struct PostgresConfiguration: Sendable {
    /// A connection string or URL as libpq takes it; never logged.
    package var url: String
    /// Seconds for a connection to come up; libpq takes 2 at least.
    package var connectTimeout: Int = 3
    /// Seconds until an answer must be there, unless a call says otherwise; then the connection is given up.
    package var answerTimeout: Double = 5
    /// Shown in `pg_stat_activity`.
    package var applicationName: String

    /// Settings of each session as `name = value`, beside the standing ones.
    package var settings: [String] = []

    package init(url: String, applicationName: String) {
        self.url = url
        self.applicationName = applicationName
    }

    /// Keywords beside the URL. The TCP times find a peer that vanished without a word in about five seconds, on both ends: the
    /// server's too, so that a transaction of a vanished client does not keep its locks.
    var keywords: [(String, String)] {
        [
            ("dbname", url), ("fallback_application_name", applicationName), ("connect_timeout", String(max(2, connectTimeout))),
            ("client_encoding", "UTF8"), ("keepalives", "1"), ("keepalives_idle", "3"), ("keepalives_interval", "1"),
            ("keepalives_count", "2"), ("tcp_user_timeout", "5000"),
        ]
    }

    /// What each session begins with: nothing runs, waits or idles in a transaction without a limit.
    var session: String {
        let standing = [
            "statement_timeout = '60s'", "lock_timeout = '10s'", "idle_in_transaction_session_timeout = '5s'",
            "tcp_keepalives_idle = 3", "tcp_keepalives_interval = 1", "tcp_keepalives_count = 2", "tcp_user_timeout = 5000",
            "timezone = 'UTC'", "jit = off",
        ]
        return (standing + settings).map { "SET \($0)" }.joined(separator: "; ")
    }
}
