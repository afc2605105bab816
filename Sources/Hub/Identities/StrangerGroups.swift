import Base
import Protocol

/// Keeps the groups of strangers for a moment, and makes them one at a time: it takes seconds where there are many, and several pages ask at once.
/// On a thread of its own, so that nothing else waits.
actor StrangerGroups {
    /// Seconds for which groups are good enough.
    private static let freshness = 5.0

    private let executor = ThreadExecutor(name: "strangers")
    private var known: [PortraitKind: (groups: [StrangerGroup], version: Int, made: Double)] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - version: Counts up with each thing that is said or taken away: groups from before that are not given out.
    ///   - make: Puts together what was read.
    func groups(
        _ kind: PortraitKind, version: Int, at uptime: Double, read: @Sendable () async throws -> [StoredPortrait],
        make: @Sendable ([StoredPortrait]) -> [StrangerGroup]
    ) async throws -> [StrangerGroup] {
        if let made = known[kind], made.version == version, (0..<Self.freshness).contains(uptime - made.made) { return made.groups }
        let portraits = try await read()
        // Another caller may have been quicker.
        if let made = known[kind], made.version == version, made.made >= uptime { return made.groups }
        let groups = make(portraits)
        known[kind] = (groups, version, uptime)
        return groups
    }
}
