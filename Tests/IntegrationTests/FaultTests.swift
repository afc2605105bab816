import Fleet
import Testing

extension InstallationTests {
    @Suite("Faults", .serialized)
    struct FaultTests {
        @Test(
            "nothing is lost or doubled under a schedule of kills, stalls and cut lines, and every stream sees everything",
            .timeLimit(.minutes(15)))
        func schedule() async throws {
            var settings = FaultRunSettings()
            settings.events = 10_000
            settings.faults = 32
            let run = try await FaultRun(settings, programs: .besideThisProcess()) { print($0) }
            let report = try await run.run()
            print(report.table)
            #expect(report.faultCount == settings.faults)
            #expect(report.accepted == settings.events)
            #expect(report.lost == 0)
            #expect(report.foreign == 0)
            #expect(report.broken == [])
        }
    }
}
