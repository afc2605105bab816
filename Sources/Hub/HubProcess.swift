private import Base
private import Logging
private import Protocol
private import ServiceLifecycle
private import Settings
private import UnixSignals

/// The hub as a process: what the command line calls.
package enum HubProcess {
    /// Runs the hub until SIGTERM or SIGINT.
    package static func serve(_ configuration: HubConfiguration, administratorPassword: String?) async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        let logger = Logger(label: "vigilar.hub")
        let hub = try await HubComposition.build(configuration, administratorPassword: administratorPassword, logger: logger)
        logger.notice("The hub starts", metadata: ["version": "\(Version.text)", "replica": "\(configuration.replica)"])
        let group = ServiceGroup(
            configuration: .init(
                services: hub.services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        await hub.store.close()
        logger.notice("The hub has stopped")
    }

    /// Carries out an administration command: through the running hub's socket, or, where none runs, on the store itself.
    /// - Returns: Lines to print.
    /// - Throws: `AdministrationError` that says what to do.
    package static func administer(_ request: AdministrationRequest, _ configuration: HubConfiguration) async throws -> [String] {
        let data = try DataFolder(configuration.dataFolder)
        let response: AdministrationResponse
        if let answer = try await AdministrationClient.ask(request, socket: data.socket) {
            response = answer
        } else {
            let logger = Logger(label: "vigilar.hub")
            let lock = try data.lock()
            let clock = SystemClock()
            let names = HubNames(configured: configuration.names)
            let trust = try HubTrust.open(configuration.trust, names: names.all, now: clock.now)
            let store = try await HubComposition.openStore(configuration, data, logger)
            try await HubComposition.share(trust, with: store)
            let addresses = HubComposition.addresses(configuration, names, WebPorts(), brokerPort: configuration.brokerListen.port)
            let keyring = Keyring(trust, logger: logger)
            let enrolment = Enrolment(
                store: store, trust: trust, keyring: keyring, addresses: { addresses }, clock: clock, logger: logger,
                changed: {})
            let accounts = Accounts(
                store: store, audit: AuditLog(store: store, clock: clock, metrics: Metrics(), logger: logger),
                sealing: SecretSealing(keyring), clock: clock, logger: logger)
            let local = LocalAddress(configuration, WebPorts())
            response = await Administration(
                store: store, enrolment: enrolment, accounts: accounts, address: { local.text }, access: nil, commander: nil
            ).answer(request)
            await store.close()
            withExtendedLifetime(lock) {}
        }
        if let error = response.error { throw AdministrationError(error) }
        return response.lines
    }
}
