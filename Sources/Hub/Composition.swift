package import Base
private import Foundation
package import Logging
private import MQTT
private import Protocol
package import ServiceLifecycle
private import Settings
private import Trust

/// Builds and orders the parts of a hub. Nothing else wires; tests build through here too.
package struct HubComposition: Sendable {
    /// Every service, in the order of their start; they stop in reverse.
    package let services: [any Service]
    package let store: any HubStore
    package let metrics: Metrics
    package let readiness: Readiness
    package let enrolment: Enrolment
    package let keyring: Keyring
    /// The Mosquitto that it runs by itself; nil where another broker was named.
    package let broker: EmbeddedBroker?
    package let web: WebApplication
    private let lock: FolderLock

    /// - Parameters:
    ///   - administratorPassword: Sets the first administrator's password; nil leaves the accounts as they are.
    /// - Throws: `AdministrationError`, `StoreError`, `BrokerError`, `AccountError`, `HubTrust.Failure`: each says what to do.
    package static func build(
        _ configuration: HubConfiguration, administratorPassword: String?, clock: any WallClock = SystemClock(), logger: Logger
    ) async throws -> HubComposition {
        let data = try DataFolder(configuration.dataFolder)
        let lock = try data.lock()
        let metrics = Metrics()
        let readiness = Readiness(expecting: [.broker, .bridge])
        let names = HubNames(configured: configuration.names)
        let trust = try HubTrust.open(configuration.trust, names: names.all, now: clock.now)
        let browserCertificate = try configuration.web.browsers.map {
            try BrowserCertificate($0.files, metrics: metrics, logger: logger)
        }
        let store = try await openStore(configuration, data, logger)
        try await waitingForDatabase(logger) { try await share(trust, with: store) }

        let broker =
            try configuration.broker == nil
            ? EmbeddedBroker(folder: data.broker, listen: configuration.brokerListen, certificates: trust.files, logger: logger) : nil
        let client = clients(configuration, broker)
        let connections = NodeConnections()
        let access = FleetAccess(store: store, trust: trust, broker: broker, connections: connections, clock: clock, logger: logger)
        try await waitingForDatabase(logger) { _ = try await access.prepare() }
        let rightsClient = MQTTClient(client("rights"), logger: logger)
        let rights = BrokerRights(client: rightsClient, readiness: readiness, metrics: metrics, logger: logger) {
            try await access.agreed()
        }
        await access.use(rights)
        let ports = WebPorts()
        let keyring = Keyring(trust, logger: logger)
        let enrolment = Enrolment(
            store: store, trust: trust, keyring: keyring, addresses: { addresses(configuration, names, ports, brokerPort: broker?.port) },
            clock: clock,
            logger: logger,
            changed: { await access.refresh() })

        let ingestClient = MQTTClient(client("ingest"), logger: logger)
        let sequencerClient = MQTTClient(client("sequencer"), logger: logger)
        let bridgeClient = MQTTClient(client("bridge"), logger: logger)
        let sequencer = SequencerService(
            store: store, client: sequencerClient, clock: clock, metrics: metrics, readiness: readiness, logger: logger,
            holder: configuration.replica)
        let ingest = IngestService(
            client: ingestClient, store: store, clock: clock, metrics: metrics, readiness: readiness, logger: logger,
            onCommit: { sequencer.wake() })
        let commandClient = MQTTClient(client("commands"), logger: logger)
        let commander = NodeCommander(client: commandClient, logger: logger)
        let claims = CameraClaims(
            store: store, clock: clock, logger: logger,
            tell: { _ = try await commander.send(NodeCommand(command: "cameras", owners: $1), to: $0) },
            changed: { await access.refresh() })
        let presenceClient = MQTTClient(client("presence"), logger: logger)
        let presence = PresenceService(
            store: store, client: presenceClient, clock: clock, metrics: metrics, logger: logger, holder: configuration.replica,
            onCommit: { sequencer.wake() }, onCameras: { claims.announced(node: $0, cameras: $1) })
        let settingsClient = MQTTClient(client("settings"), logger: logger)
        let settings = CameraSettingsService(
            store: store, client: settingsClient, key: trust.signingKey, clock: clock, metrics: metrics, logger: logger)
        let cameras = CameraAdministration(
            store: store, key: trust.signingKey, clock: clock, logger: logger, send: { try await commander.send($0, to: $1) },
            fleetChanged: { await access.refresh() }, settingsChanged: { settings.wake() })
        let accounts = Accounts(
            store: store, audit: AuditLog(store: store, clock: clock, metrics: metrics, logger: logger), sealing: SecretSealing(keyring),
            clock: clock, logger: logger)
        if let administratorPassword {
            try await waitingForDatabase(logger) { try await accounts.ensureAdministrator(password: administratorPassword) }
        }
        let fanout = EventFanout(metrics: metrics, logger: logger) { await accounts.goesOn($0) }
        let bridge = EventBridge(
            source: BrokerSubscription(client: bridgeClient), store: store, fanout: fanout, readiness: readiness, logger: logger)
        let snapshots = Snapshots(
            store: store, keyring: keyring, clock: clock, metrics: metrics, logger: logger, onStored: { sequencer.wake() })
        let petRules = PetRuleService(
            store: store, clock: clock, metrics: metrics, logger: logger, holder: configuration.replica, onCommit: { sequencer.wake() })
        let identities = Identities(
            store: store, keyring: keyring, clock: clock, strangerDays: configuration.retention.strangersDays, metrics: metrics,
            logger: logger,
            onChange: {
                sequencer.wake()
                petRules.wake()
            },
            onErased: {
                fanout.forgetRecent()
                snapshots.forget()
            })
        let pictures = OfferedPictures(
            store: store, keyring: keyring, reader: ModelPictureReader(folder: configuration.modelsFolder), clock: clock, metrics: metrics,
            logger: logger, holder: configuration.replica, onLearnt: { identities.noteChange() })
        let erasures = ErasureService(
            store: store, list: ErasureList(data.erasures), key: trust.signingKey, clock: clock, metrics: metrics, logger: logger,
            erase: { try await identities.erase($0) }, hidePeople: { try await snapshots.hidePeople(in: $0) },
            send: { try await commander.send($0, to: $1) })
        let replica = ReplicaID.make()
        let uploads = UploadDesk(
            replica: replica, key: trust.signingKey, clock: clock,
            offset: { node in (try? await store.presence(of: [node]))?.first?.clockOffset },
            send: { try await commander.send($0, to: $1) })
        let cache = try SegmentCache(
            folder: data.playback, limit: configuration.playback.cacheBytes, desk: uploads, metrics: metrics, logger: logger)
        let playback = Playback(
            store: store, cache: cache, keyring: keyring, clock: clock, logger: logger, send: { try await commander.send($0, to: $1) })
        let replicaClient = ReplicaClient(authority: trust.authority.certificatePEM)
        let relay = UploadRelay(
            replica: replica, key: trust.signingKey, store: store, client: replicaClient, metrics: metrics, logger: logger)
        let stars = StarService(
            store: store, key: trust.signingKey, clock: clock, metrics: metrics, logger: logger,
            send: { try await commander.send($0, to: $1) })
        let deletions = DeletionService(
            store: store, key: trust.signingKey, clock: clock, metrics: metrics, logger: logger,
            send: { try await commander.send($0, to: $1) })
        if configuration.web.takesPrivatePush {
            logger.warning(
                """
                web.push_private_endpoints is on, which is for tests alone: whoever has an account can have the hub send requests into its own \
                network. Turn it off
                """)
        }
        let push = PushSender(
            store: store, sealing: SecretSealing(keyring), client: PushClient(allowsPrivate: configuration.web.takesPrivatePush),
            contact: configuration.web.pushContact ?? names.contact, clock: clock, metrics: metrics, logger: logger)
        let live = LiveCameras(store: store, desk: uploads, clock: clock, metrics: metrics, logger: logger)
        let certificate = try WebCertificate(trust)
        let upkeep = CertificateUpkeep(
            settings: configuration.trust, names: names.all, web: certificate, broker: broker, clock: clock, logger: logger)
        let web = WebApplication(
            WebDependencies(
                store: store, stream: fanout, accounts: accounts, enrolment: enrolment,
                gate: NodeGate(store: store, connections: connections),
                snapshots: snapshots, identities: identities, pictures: pictures,
                journals: Journals(
                    store: store,
                    onChange: {
                        sequencer.wake()
                        petRules.wake()
                    }, onErased: { erasures.wake() }),
                segments: SegmentIntake(store: store, clock: clock, metrics: metrics),
                cameras: cameras, stars: stars, deletions: deletions,
                playback: playback, uploads: uploads, relay: relay, live: live, push: push, keyring: keyring, metrics: metrics,
                readiness: readiness, clock: clock, logger: logger, visitPause: configuration.visits.pause,
                trustedProxies: configuration.web.trustedProxies),
            listeners: listeners(configuration, certificate, browserCertificate), ports: ports)
        let maintenance = MaintenanceService(
            store: store, clock: clock, retention: configuration.retention, metrics: metrics, logger: logger)
        let local = LocalAddress(configuration, ports)
        let administration = AdministrationServer(socket: data.socket, logger: logger) { request in
            await Administration(
                store: store, enrolment: enrolment, accounts: accounts, address: { local.text }, access: access, commander: commander
            ).answer(request)
        }
        var services: [any Service] = broker.map { [$0] } ?? []
        services += [rightsClient, ingestClient, sequencerClient, bridgeClient, commandClient, presenceClient, settingsClient]
        if configuration.broker != nil { services.append(BrokerProbe(client("probe"), readiness: readiness, logger: logger)) }
        services += [
            rights, access, upkeep, keyring, maintenance, commander, claims, settings, stars, deletions, sequencer, identities, pictures,
            petRules, erasures,
            presence, fanout, bridge, ingest, administration, replicaClient, push, web,
        ]
        if let browserCertificate { services.append(browserCertificate) }
        if administratorPassword == nil { services.append(setupInvitation(configuration, accounts, ports, logger)) }
        // With SQLite there is no other.
        if case .postgres = configuration.database {
            services.append(
                ReplicaAnnouncer(id: replica, name: configuration.replica, store: store, logger: logger) {
                    configuration.addressForReplicas(port: ports.secure)
                })
        }
        return HubComposition(
            services: services, store: store, metrics: metrics, readiness: readiness, enrolment: enrolment, keyring: keyring,
            broker: broker, web: web,
            lock: lock)
    }

    /// Makes the authority the installation's, or finds that it is.
    static func share(_ trust: HubTrust, with store: any HubStore) async throws {
        guard try await !store.setAuthorityFingerprint(trust.authority.fingerprint) else { return }
        throw HubTrust.Failure(
            description: "This database belongs to hubs with another authority: copy the trust folder of one of them to this hub "
                + "(tls.folder), or restore it from a backup.")
    }

    /// How each part of the hub connects to the broker.
    private static func clients(
        _ configuration: HubConfiguration, _ broker: EmbeddedBroker?
    ) -> @Sendable (String) -> MQTTConfiguration {
        let replica = configuration.replica
        if let broker { return { broker.client("hub-\(replica)-\($0)") } }
        let address = configuration.broker ?? BrokerURL(host: "127.0.0.1", port: 1883)
        let authority = configuration.brokerAuthority
        return { part in
            var client = MQTTConfiguration(
                host: address.host, port: address.port, clientID: "hub-\(replica)-\(part)", username: address.username,
                password: address.password?.value)
            if address.isSecure { client.security = MQTTTransportSecurity(authorityFile: authority) }
            return client
        }
    }

    private static func setupInvitation(
        _ configuration: HubConfiguration, _ accounts: Accounts, _ ports: WebPorts, _ logger: Logger
    ) -> SetupInvitation {
        SetupInvitation(accounts: accounts, ports: ports, address: LocalAddress(configuration, ports), logger: logger)
    }

    /// Loopback listeners speak plain HTTP, all others TLS; the one for browsers alone always does.
    static func listeners(
        _ configuration: HubConfiguration, _ certificate: WebCertificate, _ browserCertificate: BrowserCertificate? = nil
    ) -> [WebListener] {
        var listeners = [WebListener(configuration.listen, certificate: configuration.listen.isLoopback ? nil : certificate)]
        if let address = configuration.tlsListen { listeners.append(WebListener(address, certificate: certificate)) }
        if let browsers = configuration.web.browsers, let browserCertificate {
            listeners.append(WebListener(browsers.address, certificate: browserCertificate, isForBrowsers: true))
        }
        return listeners
    }

    /// What nodes that join are told.
    /// - Parameters:
    ///   - ports: On which the web server listens by now; before it does the configuration's have to do.
    ///   - brokerPort: Of the embedded broker; nil where there is another.
    static func addresses(_ configuration: HubConfiguration, _ names: HubNames, _ ports: WebPorts, brokerPort: Int?) -> Enrolment.Addresses
    {
        let secure = configuration.tlsListen ?? (configuration.listen.isLoopback ? nil : configuration.listen)
        let port = ports.secure ?? secure?.port ?? 0
        let hubs = secure.map { port == 0 ? [] : names.reaching($0, port: port) } ?? []
        let brokers: [HostAndPort] =
            if let brokerPort { names.reaching(configuration.brokerListen, port: brokerPort) } else {
                [configuration.brokerAnnounce ?? configuration.broker.map { HostAndPort(host: $0.host, port: $0.port) }].compactMap(\.self)
            }
        return Enrolment.Addresses(hubs: hubs.map { "https://\($0)" }, brokers: brokers.map(\.description))
    }

    static func openStore(_ configuration: HubConfiguration, _ data: DataFolder, _ logger: Logger) async throws -> any HubStore {
        try await waitingForDatabase(logger) {
            switch configuration.database {
            case .sqlite(let path): try await SQLiteStore.open(path: path ?? data.database.path)
            case .postgres(let url): try await PostgresStore.open(url: url.value)
            }
        }
    }

    /// A database server that is away is waited for: it may start after the hub, or be restarted while the hub starts.
    static func waitingForDatabase<Value: Sendable>(_ logger: Logger, _ body: () async throws -> Value) async throws -> Value {
        var backoff = Backoff(base: 0.5, maximum: 10)
        while true {
            do { return try await body() } catch {
                guard (error as? StoreError)?.code == .unavailable || (error as? AccountError)?.code == .store else { throw error }
                logger.error("The database does not answer; trying again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(backoff.next()))
            }
        }
    }
}
