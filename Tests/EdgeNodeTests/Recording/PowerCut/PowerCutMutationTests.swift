import TestSupport
import Testing

@testable import EdgeNode

extension PowerCutTests {
    /// The switch of a test that looks at itself: were one sync not there, would anybody notice?
    @Suite struct PowerCutMutationTests {
        @Test("Without any one sync something is lost, and found to be", .timeLimit(.minutes(10)), arguments: PowerCutSync.allCases)
        func mutation(_ sync: PowerCutSync) async throws {
            let logs = try await sync.isOfKilled ? PowerCutTests.watched.killed() : [PowerCutTests.watched.whole()]
            var dice = SeededGenerator(seed: 3)
            var count = 0
            for log in logs {
                let kinds = PowerCutSync.kinds(log)
                let syncs = log.operations.indices.filter { kinds[$0] == sync }
                count += syncs.count
                let replay = try PowerCutReplay(log, without: sync.standIns.union([sync]))
                for place in Self.places(behind: syncs, log) {
                    let faults = try replay.faults(at: place, .allGone, &dice)
                    if faults.isEmpty { continue }
                    // And it is this sync that is missed, nothing else.
                    #expect(
                        try PowerCutReplay(log, without: sync.standIns).faults(at: place, .allGone, &dice) == [], "instead of \(faults)")
                    return
                }
            }
            Issue.record("\(count) syncs, and nobody misses them")
        }

        /// Where the recorder has just relied on each of some syncs, and where all cameras have.
        private static func places(behind syncs: [Int], _ log: PowerCutLog) -> [Int] {
            let reports = log.operations.indices.filter { log.operations[$0].report != nil && log.operations[$0].report?.first != "took" }
            let stride = max(1, syncs.count / 20)
            let places = syncs.enumerated().filter { $0.offset % stride == 0 }.flatMap { _, sync in
                let later = reports.drop { $0 < sync }
                return [later.first, later.dropFirst(5).first].map { ($0 ?? log.operations.count - 1) + 1 }
            }
            return Set(places).sorted()
        }
    }
}

extension PowerCutSync {
    /// Whether a process must have been killed for it to matter.
    fileprivate var isOfKilled: Bool { [.cameraFolderAgain, .dayFolderAgain, .mark, .rest].contains(self) }

    /// Others that do the same by chance.
    fileprivate var standIns: Set<PowerCutSync> {
        // SQLite syncs the folder of its files at the first commit of each process, and the cameras' folders lie in it.
        self == .cameraFolderAgain ? [.tableFolder] : []
    }
}
