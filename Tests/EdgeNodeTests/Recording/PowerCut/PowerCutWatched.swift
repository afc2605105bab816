/// The logs that the tests work on, each made once.
actor PowerCutWatched {
    private var run: PowerCutRun?
    private var logs: [Int: PowerCutLog] = [:]

    func whole() async throws -> PowerCutLog { try await log(killAt: nil) }

    func log(killAt: Int?) async throws -> PowerCutLog {
        if let log = logs[killAt ?? 0] { return log }
        if run == nil { run = try await PowerCutRun() }
        guard let run else { throw PowerCutFailure(description: "no run") }
        let log = try await run.log(killAt: killAt)
        logs[killAt ?? 0] = log
        return log
    }
}
