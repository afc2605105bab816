import Foundation
import Settings
import Testing

@testable import Hub

@Suite struct HubConfigurationTests {
    private func problems(_ text: String, environment: [String: String] = [:], overrides: [String: String] = [:]) throws -> [String] {
        do {
            var document = try SettingsDocument(text: text, origin: "hub.toml", folder: "/etc/vigilar")
            document.overlay(environment: environment, keys: HubConfiguration.keys)
            document.overlay(overrides: overrides)
            _ = try HubConfiguration(document)
            return []
        } catch let error as SettingsError {
            return error.problems.map { "\($0)" }
        }
    }

    private func configuration(_ text: String) throws -> HubConfiguration {
        try HubConfiguration(SettingsDocument(text: text, origin: "hub.toml", folder: "/etc/vigilar"))
    }

    @Test("Without a file, a variable or a flag everything has its standard value")
    func standards() throws {
        let hub = try HubConfiguration.load(path: nil, environment: [:], overrides: [:])
        #expect(hub.dataFolder == FilePlace.workingDirectory + "/data")
        #expect(hub.listen == HostAndPort(host: "127.0.0.1", port: 8080))
        #expect(hub.database == .sqlite(path: nil))
        #expect(hub.broker == nil)
        #expect(hub.brokerListen == HostAndPort(host: "127.0.0.1", port: 8883))
        #expect(hub.tlsListen == nil && hub.names.isEmpty && hub.brokerAuthority == nil && hub.brokerAnnounce == nil)
        #expect(hub.trust.folder == hub.dataFolder + "/trust")
        #expect(hub.trust.authority == nil && hub.trust.certificate == nil)
        #expect(hub.retention.eventsDays == 365)
        #expect(hub.retention.feedDays == 7)
        #expect(hub.web.trustedProxies == .nobody && hub.web.browsers == nil)
        #expect(hub.web.pushContact == nil && !hub.web.takesPrivatePush)
        let other = try HubConfiguration.load(path: nil, environment: [:], overrides: [:])
        #expect(hub.replica != other.replica)
    }

    @Test("Every key is read")
    func everything() throws {
        let hub = try configuration(
            """
            data = "store"
            listen = "[::]:80"
            database = "postgres://hub:sesame@db.example/vigilar?sslmode=require"
            tls_listen = "0.0.0.0:8443"
            names = ["Hub.example.org", "[2001:db8::1]", "192.0.2.7"]
            broker = "mqtts://hub:sesame@broker.example"
            broker_authority = "broker.pem"
            broker_announce = "broker.example.org:8884"
            broker_listen = "0.0.0.0:0"
            replica = "hub-2"
            replica_address = "10.0.0.5:8444"
            [tls]
            folder = "/var/lib/keys"
            authority = "ca.pem"
            authority_key = "ca.key"
            certificate = "hub.pem"
            certificate_key = "hub.key"
            [retention]
            events_days = 30
            feed_days = 2
            [web]
            trusted_proxies = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]
            listen = "0.0.0.0:443"
            certificate = "fullchain.pem"
            key = "/etc/letsencrypt/live/hub/privkey.pem"
            push_contact = "mailto:somebody@example.org"
            push_private_endpoints = true
            """)
        #expect(hub.dataFolder == "/etc/vigilar/store")
        #expect(hub.listen == HostAndPort(host: "::", port: 80))
        guard case .postgres(let address) = hub.database else {
            Issue.record("is not PostgreSQL")
            return
        }
        #expect(address.value == "postgres://hub:sesame@db.example/vigilar?sslmode=require")
        #expect(hub.broker == BrokerURL("mqtts://hub:sesame@broker.example:8883"))
        #expect(hub.tlsListen == HostAndPort(host: "0.0.0.0", port: 8443))
        #expect(hub.names == ["hub.example.org", "2001:db8::1", "192.0.2.7"])
        #expect(hub.brokerAuthority == "/etc/vigilar/broker.pem")
        #expect(hub.brokerAnnounce == HostAndPort(host: "broker.example.org", port: 8884))
        #expect(hub.brokerListen == HostAndPort(host: "0.0.0.0", port: 0))
        #expect(hub.trust.folder == "/var/lib/keys")
        #expect(hub.trust.authority == .init(certificate: "/etc/vigilar/ca.pem", key: "/etc/vigilar/ca.key"))
        #expect(hub.trust.certificate == .init(certificate: "/etc/vigilar/hub.pem", key: "/etc/vigilar/hub.key"))
        #expect(
            hub.web.trustedProxies == TrustedProxies(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"].compactMap { AddressRange($0) }))
        #expect(hub.web.browsers?.address == HostAndPort(host: "0.0.0.0", port: 443))
        #expect(
            hub.web.browsers?.files
                == .init(certificate: "/etc/vigilar/fullchain.pem", key: "/etc/letsencrypt/live/hub/privkey.pem"))
        #expect(hub.web.pushContact == "mailto:somebody@example.org" && hub.web.takesPrivatePush)
        #expect(hub.replica == "hub-2")
        #expect(hub.replicaAddress == HostAndPort(host: "10.0.0.5", port: 8444))
        #expect(hub.retention.eventsDays == 30)
        #expect(hub.retention.feedDays == 2)
        #expect(!"\(hub) \(String(reflecting: hub))".contains("sesame"))
    }

    @Test("Every key is a variable, and a flag wins over a variable, a variable over the file")
    func precedence() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("hub-\(UUID().uuidString).toml").path
        try Data("listen = \"127.0.0.1:1\"\nreplica = \"file\"\n[retention]\nevents_days = 1\n".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let hub = try HubConfiguration.load(
            path: path,
            environment: [
                "VIGILAR_LISTEN": "127.0.0.1:2", "VIGILAR_REPLICA": "variable", "VIGILAR_RETENTION_EVENTS_DAYS": "2",
                "VIGILAR_ADMIN_PASSWORD": "sesame",
            ],
            overrides: ["listen": "127.0.0.1:3"]
        )
        #expect(hub.listen.port == 3)
        #expect(hub.replica == "variable")
        #expect(hub.retention.eventsDays == 2)
        #expect(HubConfiguration.keys.allSatisfy { $0.environment?.hasPrefix("VIGILAR_") == true })
    }

    @Test(
        "Names the key that is wrong and what is allowed",
        arguments: [
            ("lisen = \"x\"", "lisen: unknown key; did you mean \"listen\"?"),
            ("listen = \"8080\"", "listen: must be HOST:PORT, such as 127.0.0.1:8080"),
            ("listen = 8080", "listen: must be a string, and is an integer"),
            ("database = \"mysql://u:sesame@h\"", "database: must be sqlite:, sqlite:PATH or postgres://user:password@host:port/name"),
            ("database = \"sqlite://x\"", "database: must be sqlite:, sqlite:PATH or postgres://user:password@host:port/name"),
            ("broker = \"amqp://u:sesame@h\"", "broker: must be an address such as mqtt://user:password@127.0.0.1:1883"),
            ("names = 5", "names: must be an array of strings, and is an integer"),
            ("names = [5]", "names: must be an array of strings"),
            (
                "names = [\"hub.example:80\"]",
                "names: must hold names and addresses without ports, such as hub.example.org or 192.0.2.7"
            ),
            ("[tls]\nauthority = \"x\"", "tls.authority_key: is missing: name the private key of authority"),
            ("[tls]\ncertificate_key = \"x\"", "tls.certificate: is missing: name the certificate of certificate_key"),
            (
                "[web]\ntrusted_proxies = [\"proxy.example\", \"10.0.0.0/33\"]",
                "web.trusted_proxies: must hold addresses and networks, such as 127.0.0.1, 10.0.0.0/8 or 2001:db8::/32"
            ),
            (
                "[web]\npush_contact = \"somebody@example.org\"",
                "web.push_contact: must be an address such as mailto:somebody@example.org or https://example.org"
            ),
            ("[web]\nlisten = \"443\"\ncertificate = \"x\"\nkey = \"y\"", "web.listen: must be HOST:PORT, such as 127.0.0.1:8080"),
            (
                "[web]\ncertificate = \"x\"\nkey = \"y\"",
                "web.listen: is missing: name the HOST:PORT at which browsers are shown certificate"
            ),
            (
                "[web]\nlisten = \"0.0.0.0:443\"\nkey = \"y\"",
                "web.certificate: is missing: name the certificate that browsers are shown at listen"
            ),
            ("[web]\nlisten = \"0.0.0.0:443\"\ncertificate = \"x\"", "web.key: is missing: name the private key of certificate"),
            ("replica = \"Hub 2\"", "replica: \"Hub 2\" is no id: it must be 1 to 64 characters of a-z, 0-9 and -"),
            ("retention = 5", "retention: must be a table ([retention]), and is an integer"),
            ("[visits]\npause_minutes = 0", "visits.pause_minutes: must be an integer from 1 to 1440, and is 0"),
            ("[retention]\nevents_days = 0", "retention.events_days: must be an integer from 1 to 36500, and is 0"),
            ("[retention]\nfeed_days = 7.5", "retention.feed_days: must be an integer from 1 to 365, and is a number"),
            ("[retention]\nevent_days = 7", "retention.event_days: unknown key; did you mean \"events_days\"?"),
            (
                "admin_password = \"sesame\"",
                "admin_password: unknown key; known here: broker, broker_announce, broker_authority, broker_listen, data, database, listen, models, names, playback, "
                    + "replica, replica_address, retention, tls, tls_listen, visits, web"
            ),
        ]
    )
    func bad(text: String, problem: String) throws {
        #expect(try problems(text) == [problem])
    }

    @Test("Reports everything at once, whatever it comes from")
    func all() throws {
        let found = try problems("lisen = 1\nreplica = 2", environment: ["VIGILAR_RETENTION_FEED_DAYS": "week"], overrides: ["listen": "x"])
        #expect(found.map { String($0.prefix { $0 != ":" }) }.sorted() == ["lisen", "listen", "replica", "retention.feed_days"])
    }

    @Test(
        "A SQLite path starts at the file's folder",
        arguments: [("sqlite:events.db", "/etc/vigilar/events.db"), ("sqlite:/srv/events.db", "/srv/events.db"), ("sqlite:", nil)]
            as [(String, String?)]
    )
    func sqlite(address: String, path: String?) throws {
        #expect(try configuration("database = \"\(address)\"").database == .sqlite(path: path))
    }

    @Test("A file that is not there is named")
    func missing() {
        #expect(throws: SettingsError.self) {
            try HubConfiguration.load(path: "/nonexistent/hub.toml", environment: [:], overrides: [:])
        }
    }
}
