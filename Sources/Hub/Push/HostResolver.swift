private import Base

/// Asks what names lead to, one after another, on a thread of its own.
actor HostResolver {
    private let executor: ThreadExecutor
    private let patience: Duration
    private let lookup: @Sendable (_ name: String) -> [String]
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - patience: For one name, the wait for those before it included.
    ///   - lookup: As `HostLookup.addresses(of:)`. It blocks.
    init(patience: Duration = .seconds(5), lookup: @escaping @Sendable (_ name: String) -> [String] = { HostLookup.addresses(of: $0) }) {
        executor = ThreadExecutor(name: "push-names")
        self.patience = patience
        self.lookup = lookup
    }

    /// As of `HostLookup`; empty also where the answer does not come in time. The system's own lookup cannot be broken off: it goes on, and
    /// names that are asked for meanwhile wait for it.
    nonisolated func addresses(of name: String) async -> [String] {
        let (answers, continuation) = AsyncStream<[String]>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let asking = Task {
            continuation.yield(await self.found(name))
            continuation.finish()
        }
        defer { asking.cancel() }
        let timer = Task { [patience] in
            try? await Task.sleep(for: patience)
            continuation.finish()
        }
        defer { timer.cancel() }
        for await answer in answers { return answer }
        return []
    }

    private func found(_ name: String) -> [String] {
        // Whoever asked may have gone while others were before it.
        guard !Task.isCancelled else { return [] }
        return lookup(name)
    }
}
