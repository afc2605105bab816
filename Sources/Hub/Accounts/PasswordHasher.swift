private import Base
private import Synchronization

/// Hashes passwords on two threads of its own, so that sign-ins can neither starve the web server nor fill the memory: two scrypt
/// runs at a time, and no more than `waitingLimit` that wait.
package final class PasswordHasher: Sendable {
    private actor Worker {
        private let executor: ThreadExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

        init(_ name: String) { executor = ThreadExecutor(name: name) }

        func hash(_ password: String, logRounds: Int) throws(AccountError) -> PasswordHash {
            try PasswordHash(password: password, logRounds: logRounds)
        }
        func matches(_ password: String, _ hash: PasswordHash) throws(AccountError) -> Bool { try hash.matches(password) }
    }

    private let workers = [Worker("scrypt-1"), Worker("scrypt-2")]
    private let waiting = Mutex([0, 0])
    private let waitingLimit: Int

    private let logRounds: Int

    /// - Parameter logRounds: Binary logarithm of scrypt's cost; tests take less than the standard 15.
    package init(waitingLimit: Int = 16, logRounds: Int = PasswordHash.standard.logRounds) {
        self.waitingLimit = waitingLimit
        self.logRounds = logRounds
    }

    /// What a password of an unknown account is checked against, so that the answer takes as long as for a known one.
    var nobody: PasswordHash { PasswordHash(unmatchableWithLogRounds: logRounds) }

    /// - Throws: `AccountError.busy` when too many wait.
    package func hash(_ password: String) async throws(AccountError) -> PasswordHash {
        let index = try enter()
        defer { leave(index) }
        return try await workers[index].hash(password, logRounds: logRounds)
    }

    /// - Throws: `AccountError.busy` when too many wait.
    package func matches(_ password: String, _ hash: PasswordHash) async throws(AccountError) -> Bool {
        let index = try enter()
        defer { leave(index) }
        return try await workers[index].matches(password, hash)
    }

    private func enter() throws(AccountError) -> Int {
        let limit = waitingLimit
        let chosen: Int? = waiting.withLock { waiting in
            let index = waiting[0] <= waiting[1] ? 0 : 1
            guard waiting[0] + waiting[1] < limit else { return nil }
            waiting[index] += 1
            return index
        }
        guard let chosen else { throw AccountError(.busy, "too many people sign in at once: try again in a moment", retryAfter: 2) }
        return chosen
    }

    private func leave(_ index: Int) { waiting.withLock { $0[index] -= 1 } }
}
