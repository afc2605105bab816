import Foundation
import Protocol
package import Settings

/// What a hub is told by its `hub.toml`, its environment and its flags.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `data` | path | `./data` |
/// | `listen` | `HOST:PORT`, port 0 for a free one | `127.0.0.1:8080` |
/// | `database` | `sqlite:`, `sqlite:PATH` or `postgres://…` | `sqlite:` (in the data folder) |
/// | `broker` | URL `mqtt://user:password@host:port` | none: the hub runs a Mosquitto of its own |
/// | `broker_listen` | `127.0.0.1:PORT` of its own Mosquitto, port 0 for a free one | `127.0.0.1:1883` |
/// | `replica` | id, different for every hub process of an installation | the host's name and a random part |
/// | `[retention]` | ``RetentionSettings`` | all standard |
///
/// Flags win over variables (`VIGILAR_LISTEN`, `VIGILAR_RETENTION_EVENTS_DAYS`), variables over the file. Relative paths in the file
/// start at the file's folder, all others at the working directory. The first administrator's password is never part of a file: it is
/// the variable `VIGILAR_ADMIN_PASSWORD` alone, and not read here.
package struct HubConfiguration: Sendable, Equatable {
    /// The folder of the hub's own files, absolute.
    package let dataFolder: String
    /// Where the web server listens.
    package let listen: HostAndPort
    /// Where events are stored.
    package let database: DatabaseAddress
    /// The broker to use; nil for a Mosquitto of its own.
    package let broker: BrokerURL?
    /// Where its own Mosquitto listens.
    package let brokerListen: HostAndPort
    /// This process's name among the replicas.
    package let replica: String
    /// How long what is stored stays.
    package let retention: RetentionSettings

    /// Every key, in the order of the reference.
    package static let keys: [KeyDescription] =
        [
            KeyDescription("data", "path", standard: "./data"),
            KeyDescription("listen", "HOST:PORT", standard: "127.0.0.1:8080"),
            KeyDescription("database", "URL", standard: "sqlite:"),
            KeyDescription("broker", "URL", standard: "none"),
            KeyDescription("broker_listen", "127.0.0.1:PORT", standard: "127.0.0.1:1883"),
            KeyDescription("replica", "id", standard: "the host's name and a random part"),
        ] + RetentionSettings.keys

    /// Reads, checks and completes a configuration.
    /// - Parameters:
    ///   - path: The file; nil for a hub that runs on flags and variables.
    ///   - environment: The process's environment; only variables of `keys` are looked at.
    ///   - overrides: Values of flags, by the key's whole name (`listen`).
    /// - Throws: `SettingsError` with every fault at once.
    package static func load(path: String?, environment: [String: String], overrides: [String: String]) throws -> HubConfiguration {
        var document = try path.map { try SettingsDocument(path: $0) } ?? SettingsDocument()
        document.overlay(environment: environment, keys: keys)
        document.overlay(overrides: overrides)
        return try HubConfiguration(document)
    }

    /// - Throws: `SettingsError` with every fault at once.
    package init(_ document: SettingsDocument) throws {
        let problems = ProblemList()
        let root = TableReader(document, keys: Self.keys, problems: problems)
        dataFolder = root.path("data") ?? FilePlace.absolute("data", from: document.folder)
        listen = Self.address(root, "listen") ?? HostAndPort(host: "127.0.0.1", port: 8080)
        database = DatabaseAddress(root)
        let broker = root.string("broker")
        self.broker = broker.flatMap { BrokerURL($0) }
        if broker != nil, self.broker == nil { root.fail("broker", "must be an address such as mqtt://user:password@127.0.0.1:1883") }
        brokerListen = Self.address(root, "broker_listen") ?? HostAndPort(host: "127.0.0.1", port: 1883)
        if brokerListen.host != "127.0.0.1" {
            root.fail("broker_listen", "must be 127.0.0.1:PORT: the embedded broker does not encrypt, and stays on this machine")
        }
        replica = root.id("replica") ?? Self.replicaName()
        retention = RetentionSettings(root.table("retention"))
        try problems.check(origin: document.origin)
    }

    private static func address(_ table: TableReader, _ key: String) -> HostAndPort? {
        guard let text = table.string(key) else { return nil }
        let address = HostAndPort(text)
        if address == nil { table.fail(key, "must be HOST:PORT, such as 127.0.0.1:8080") }
        return address
    }

    /// The host's name, as far as an id can hold it, and a random part, so that two hubs of one host differ.
    private static func replicaName() -> String {
        let letters = ProcessInfo.processInfo.hostName.lowercased().prefix { $0 != "." }.map { Identifier.isValid(String($0)) ? $0 : "-" }
        let random = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        return "\(letters.isEmpty ? "hub" : String(letters.prefix(40)))-\(random)"
    }
}
