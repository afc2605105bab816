import Fleet
import Testing

extension InstallationTests {
    @Suite("Faults over TLS", .serialized)
    struct SecureFaultTests {
        @Test(
            "nothing is lost or doubled under faults where nodes have joined and everything goes over TLS with certificates",
            .timeLimit(.minutes(10)))
        func schedule() async throws {
            var settings = FaultRunSettings()
            settings.isSecure = true
            settings.nodes = 3
            settings.events = 3_000
            settings.faults = 10
            // With this one nine of the ten kinds of faults are among so few, and none that takes as long as a keep-alive.
            settings.seed = 287
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
