import Base
import Hub
import MQTT
import TestSupport
import Testing
import Trust

@Suite(.timeLimit(.minutes(10))) struct CertificateUpkeepTests {
    @Test("A certificate that nears its end is replaced under way, for browsers and nodes, and not before")
    func renews() async throws {
        let fixture = try BrokerFixture()
        let clock = ManualClock(now: SystemClock().now)
        let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: ["data": fixture.folder.path("hub")])
        let names = ["localhost", "127.0.0.1"]
        let web = try WebCertificate(fixture.trust)
        let first = web.serial
        try await fixture.withBroker { broker in
            let upkeep = CertificateUpkeep(
                settings: configuration.trust, names: names, web: web, broker: broker, clock: clock, logger: fixture.logger)
            await upkeep.look()
            #expect(web.serial == first)
            clock.advance(by: 300 * 86_400)
            await upkeep.look()
            #expect(web.serial != first)
            let now = try HubTrust.open(configuration.trust, names: names, now: clock.now)
            #expect(now.serial == web.serial && now.authority.fingerprint == fixture.authority.fingerprint)
            // The authority is the same, so that those who trusted the old certificate trust the new one.
            try await fixture.withHub(broker) { hub, _ in try await eventually { hub.isConnected } }
            #expect(broker.starts == 1)
        }
    }
}
