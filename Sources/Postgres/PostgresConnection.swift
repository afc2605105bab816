import Base

/// One connection on a thread of its own: every libpq call runs there, none can block the cooperative pool.
///
/// Statements go out as one pipeline with one synchronisation point, so a call is one round trip, and without a `BEGIN` of their own
/// they are one transaction. Each text is prepared once and remembered.
package actor PostgresConnection {
    private let executor: ThreadExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: PostgresConfiguration
    private var handle: PostgresHandle?
    /// Prepared statements by text; see `isWorn`.
    private var prepared: [PreparedKey: String] = [:]
    private var nextName = 0

    private struct PreparedKey: Hashable {
        var sql: String
        var types: [UInt32]
    }

    /// How many statements a connection remembers. More than the program has texts; texts vary with the filters that are set.
    private static let preparedBound = 400

    package init(_ configuration: PostgresConfiguration) {
        self.configuration = configuration
        executor = ThreadExecutor(name: "postgres")
    }

    /// Whether the connection is up, as far as anybody knows.
    package var isUsable: Bool { handle?.isHealthy ?? false }

    /// Whether the connection has prepared so many statements that a fresh one is better.
    package var isWorn: Bool { prepared.count >= Self.preparedBound }

    /// Connects. A connection that is up stays.
    ///
    /// - Throws: `PostgresError` with code `connection`, in the library's words without the connection string's secrets.
    package func open() throws(PostgresError) {
        if isUsable { return }
        prepared = [:]
        handle = nil
        let fresh = try PostgresHandle(configuration)
        handle = fresh
        try script(configuration.session)
    }

    /// Ends the connection.
    package func close() {
        handle = nil
        prepared = [:]
    }

    /// Runs statements as one pipeline and returns an answer for each.
    ///
    /// - Parameter timeout: Seconds until all answers must be there; the configuration's `answerTimeout` if nil.
    /// - Throws: The first failure. After one of code `server` the connection is fine, but a transaction begun before is still to be
    ///   rolled back; after any other it is closed.
    package func run(_ statements: [PostgresStatement], timeout: Double? = nil) throws(PostgresError) -> [PostgresRows] {
        guard let handle, handle.isHealthy else { throw PostgresError(.connection, "not connected") }
        handle.deadline = ContinuousClock.now + .seconds(timeout ?? configuration.answerTimeout)
        do {
            var fresh: [PreparedKey] = []
            var names: [String] = []
            for statement in statements {
                let key = PreparedKey(sql: statement.sql, types: statement.parameters.map(\.type))
                if let name = prepared[key] {
                    names.append(name)
                    continue
                }
                let name = "s\(nextName)"
                nextName += 1
                prepared[key] = name
                fresh.append(key)
                names.append(name)
                try handle.sendPrepare(name: name, sql: key.sql, types: key.types)
            }
            for (name, statement) in zip(names, statements) { try handle.send(name: name, parameters: statement.parameters) }
            return try collect(handle, freshlyPrepared: fresh, statements: statements.count)
        } catch {
            if error.code == .connection { close() }
            throw error
        }
    }

    /// Runs one statement.
    package func run(_ sql: String, _ parameters: [PostgresValue] = [], timeout: Double? = nil) throws(PostgresError) -> PostgresRows {
        try run([PostgresStatement(sql, parameters)], timeout: timeout).first ?? .empty
    }

    /// Runs a text of several statements without parameters, as one transaction unless it says otherwise.
    package func script(_ sql: String, timeout: Double? = nil) throws(PostgresError) {
        guard let handle, handle.isHealthy else { throw PostgresError(.connection, "not connected") }
        handle.deadline = ContinuousClock.now + .seconds(timeout ?? configuration.answerTimeout)
        do { try handle.script(sql) } catch {
            if error.code == .connection { close() }
            throw error
        }
    }

    /// Rolls an open transaction back, so that the connection can be used by others. One that cannot is closed.
    package func rollBack() {
        guard let handle, handle.isHealthy, handle.isInTransaction else { return }
        do { try script("ROLLBACK") } catch { close() }
    }

    private func collect(
        _ handle: PostgresHandle, freshlyPrepared: [PreparedKey], statements: Int
    ) throws(PostgresError) -> [PostgresRows] {
        let answers = try handle.finishPipeline(count: freshlyPrepared.count + statements)
        var rows: [PostgresRows] = []
        rows.reserveCapacity(statements)
        var failure: PostgresError?
        for (index, answer) in answers.enumerated() {
            switch answer {
            case .success(let answer):
                if index >= freshlyPrepared.count { rows.append(answer) }
            case .failure(let error):
                // What was not prepared, because of this or of an earlier failure, is to be prepared next time.
                if index < freshlyPrepared.count { prepared[freshlyPrepared[index]] = nil }
                if failure == nil { failure = error }
            }
        }
        if let failure { throw failure }
        return rows
    }
}
