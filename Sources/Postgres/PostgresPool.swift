import Base

/// A few connections, handed out one at a time. They come up when they are first needed and again, with growing pauses, after they
/// were lost; while the server is away a call fails at once between two attempts.
package actor PostgresPool {
    private let configuration: PostgresConfiguration
    private let size: Int
    private let clock = ContinuousClock()

    private var idle: [PostgresConnection] = []
    private var borrowed = 0
    private var waiting: [CheckedContinuation<PostgresConnection?, Never>] = []
    private var closed = false

    private var backoff = Backoff(base: 0.1, maximum: 2)
    private var nextAttempt: ContinuousClock.Instant?
    private var lastFailure = "the server is away"

    /// Calls beyond this many that find no free connection are refused.
    package static let waitingBound = 256

    /// - Parameter size: Connections at most, each with a thread of its own.
    package init(_ configuration: PostgresConfiguration, size: Int = 4) {
        self.configuration = configuration
        self.size = max(1, size)
    }

    /// Runs `body` on the thread of a connection that is up, and rolls back what it leaves open.
    ///
    /// - Throws: `PostgresError`, from the pool or from `body`.
    package func withConnection<Value: Sendable>(
        _ body: @Sendable (isolated PostgresConnection) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        let connection = try await borrow()
        // One way to the connection's thread and back is all that a call costs where the connection is up.
        var outcome = await Self.perform(body, on: connection)
        if outcome == nil {
            do throws(PostgresError) { try await bringUp(connection) } catch {
                await giveBack(connection, isWorn: false)
                throw error
            }
            outcome = await Self.perform(body, on: connection)
        }
        await giveBack(connection, isWorn: outcome?.isWorn ?? false)
        guard let outcome else { throw PostgresError(.connection, "the connection was lost as soon as it was up") }
        return try outcome.result.get()
    }

    /// Ends all connections; those in use end when they are given back.
    package func close() async {
        closed = true
        for waiter in waiting { waiter.resume(returning: nil) }
        waiting = []
        let ending = idle
        idle = []
        for connection in ending { await connection.close() }
    }

    private struct Outcome<Value: Sendable>: Sendable {
        var result: Result<Value, PostgresError>
        var isWorn: Bool
    }

    /// Nil where the connection is not up.
    private static func perform<Value: Sendable>(
        _ body: @Sendable (isolated PostgresConnection) throws(PostgresError) -> Value, on connection: isolated PostgresConnection
    ) -> Outcome<Value>? {
        guard connection.isUsable else { return nil }
        let result: Result<Value, PostgresError>
        do throws(PostgresError) { result = .success(try body(connection)) } catch { result = .failure(error) }
        connection.rollBack()
        return Outcome(result: result, isWorn: connection.isWorn)
    }

    private func bringUp(_ connection: PostgresConnection) async throws(PostgresError) {
        if let nextAttempt, clock.now < nextAttempt { throw PostgresError(.connection, lastFailure) }
        do {
            try await connection.open()
            backoff.reset()
            nextAttempt = nil
        } catch {
            lastFailure = error.message
            nextAttempt = clock.now + .seconds(backoff.next())
            throw error
        }
    }

    private func borrow() async throws(PostgresError) -> PostgresConnection {
        guard !closed else { throw PostgresError(.unavailable, "the pool has been closed") }
        if let connection = idle.popLast() {
            borrowed += 1
            return connection
        }
        if borrowed < size {
            borrowed += 1
            return PostgresConnection(configuration)
        }
        guard waiting.count < Self.waitingBound else {
            throw PostgresError(.unavailable, "\(Self.waitingBound) calls are waiting for a connection already")
        }
        // A cancelled caller still gets its turn: every call before it ends in bounded time.
        let connection = await withCheckedContinuation { waiting.append($0) }
        guard let connection else { throw PostgresError(.unavailable, "the pool has been closed") }
        return connection
    }

    private func giveBack(_ connection: PostgresConnection, isWorn: Bool) async {
        if isWorn || closed { await connection.close() }
        if closed {
            borrowed -= 1
            return
        }
        if waiting.isEmpty {
            borrowed -= 1
            idle.append(connection)
        } else {
            waiting.removeFirst().resume(returning: connection)
        }
    }
}
