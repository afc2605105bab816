/// The logs that the tests work on, each made once.
actor PowerCutWatched {
    private var run: PowerCutRun?
    private var logs: [Int: PowerCutLog] = [:]

    func whole() async throws -> PowerCutLog { try await log(killAt: nil) }

    /// Of processes that were killed in the midst of something, and of those that followed.
    func killed() async throws -> [PowerCutLog] {
        let log = try await whole()
        var out: [PowerCutLog] = []
        for place in Self.kills(log) { out.append(try await self.log(killAt: place)) }
        return out
    }

    /// The numbers of operations before which somebody may be killed: before the first syncs of each kind, of which each was worth a thought, and
    /// some others.
    private static func kills(_ log: PowerCutLog) -> [Int] {
        let kinds = PowerCutSync.kinds(log)
        var number = 0
        var seen: [PowerCutSync: Int] = [:]
        var out: [Int] = []
        for (index, operation) in log.operations.enumerated() where operation.isCounted {
            number += 1
            guard let kind = kinds[index] else { continue }
            seen[kind, default: 0] += 1
            if places(kind).contains(seen[kind] ?? 0) { out.append(number) }
        }
        return out
    }

    private func log(killAt: Int?) async throws -> PowerCutLog {
        if let log = logs[killAt ?? 0] { return log }
        if run == nil { run = try await PowerCutRun() }
        guard let run else { throw PowerCutFailure(description: "no run") }
        let log = try await run.log(killAt: killAt)
        logs[killAt ?? 0] = log
        return log
    }

    private static func places(_ kind: PowerCutSync) -> [Int] {
        switch kind {
        case .chunks, .record: [1, 40]
        case .end, .removedFiles: [1, 2]
        // Each folder that is made later is synced into the same one, and the earlier ones with it.
        case .cameraFolder, .dayFolder: [1, 3]
        default: [1]
        }
    }
}
