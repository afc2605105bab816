private import Base

/// Asks what names lead to, one after another, on a thread of its own.
actor HostResolver {
    private let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init() { executor = ThreadExecutor(name: "push-names") }

    /// As of `HostLookup`.
    func addresses(of name: String) -> [String] { HostLookup.addresses(of: name) }
}
