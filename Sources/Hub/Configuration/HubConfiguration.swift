import Foundation
import Protocol
package import Settings
private import Sight

/// What a hub is told by its `hub.toml`, its environment and its flags.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `data` | path | `./data` |
/// | `listen` | `HOST:PORT`, port 0 for a free one; TLS unless it is a loopback address | `127.0.0.1:8080` |
/// | `tls_listen` | `HOST:PORT` of a second listener with TLS | none |
/// | `names` | up to 40 names and addresses by which the hub is reached | the host's name and addresses |
/// | `database` | `sqlite:`, `sqlite:PATH` or `postgres://…` | `sqlite:` (in the data folder) |
/// | `broker` | URL `mqtt://user:password@host:port`, or `mqtts://` | none: the hub runs a Mosquitto of its own |
/// | `broker_authority` | path of a PEM file, for `mqtts://` | the system's authorities |
/// | `broker_announce` | `HOST:PORT` at which nodes find that broker | that of `broker` |
/// | `broker_listen` | `HOST:PORT` of its own Mosquitto's TLS, port 0 for a free one | `127.0.0.1:8883` |
/// | `replica` | id, different for every hub process of an installation | the host's name and a random part |
/// | `models` | path of the folder of the models that read pictures | `models` in the data folder |
/// | `replica_address` | `HOST:PORT` at which the other replicas reach this one's listener with TLS | where that listens |
/// | `[retention]` | ``RetentionSettings`` | all standard |
/// | `[visits]` | ``VisitSettings`` | all standard |
/// | `[playback]` | ``PlaybackSettings`` | all standard |
/// | `[web]` | ``WebSettings`` | all standard |
/// | `[tls]` | ``TrustSettings`` | all standard |
///
/// Flags win over variables (`VIGILAR_LISTEN`, `VIGILAR_RETENTION_EVENTS_DAYS`), variables over the file. Relative paths in the file
/// start at the file's folder, all others at the working directory. The first administrator's password is never part of a file: it is
/// the variable `VIGILAR_ADMIN_PASSWORD` alone, and not read here.
package struct HubConfiguration: Sendable, Equatable {
    /// The folder of the hub's own files, absolute.
    package let dataFolder: String
    /// Where the web server listens: without TLS on a loopback address, with it elsewhere.
    package let listen: HostAndPort
    /// Where it listens with TLS as well.
    package let tlsListen: HostAndPort?
    /// Names and addresses by which the hub is reached; empty for those that the machine tells.
    package let names: [String]
    /// Where events are stored.
    package let database: DatabaseAddress
    /// The broker to use; nil for a Mosquitto of its own.
    package let broker: BrokerURL?
    /// Whose certificate a broker at `mqtts://` has; nil for the system's authorities.
    package let brokerAuthority: String?
    /// Where nodes find that broker; nil for where the hub does.
    package let brokerAnnounce: HostAndPort?
    /// Where its own Mosquitto listens for nodes.
    package let brokerListen: HostAndPort
    /// This process's name among the replicas.
    package let replica: String
    /// Where the models lie that read the pictures that people give.
    package let modelsFolder: String
    /// Where the other replicas reach this one; nil for where its listener with TLS is.
    package let replicaAddress: HostAndPort?
    /// How long what is stored stays.
    package let retention: RetentionSettings
    /// What is one visit.
    package let visits: VisitSettings
    /// How recordings are played.
    package let playback: PlaybackSettings
    /// How browsers reach the web server.
    package let web: WebSettings
    /// Whom nodes and browsers shall trust.
    package let trust: TrustSettings

    /// Every key, in the order of the reference.
    package static let keys: [KeyDescription] =
        [
            KeyDescription("data", "path", standard: "./data"),
            KeyDescription("listen", "HOST:PORT", standard: "127.0.0.1:8080"),
            KeyDescription("tls_listen", "HOST:PORT", standard: "none"),
            KeyDescription("names", "array of names", standard: "the host's name and addresses"),
            KeyDescription("database", "URL", standard: "sqlite:"),
            KeyDescription("broker", "URL", standard: "none"),
            KeyDescription("broker_authority", "path", standard: "the system's authorities"),
            KeyDescription("broker_announce", "HOST:PORT", standard: "that of broker"),
            KeyDescription("broker_listen", "HOST:PORT", standard: "127.0.0.1:8883"),
            KeyDescription("replica", "id", standard: "the host's name and a random part"),
            KeyDescription("models", "path", standard: "models in the data folder"),
            KeyDescription("replica_address", "HOST:PORT", standard: "that of the listener with TLS"),
        ] + RetentionSettings.keys + VisitSettings.keys + PlaybackSettings.keys + WebSettings.keys + TrustSettings.keys

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
        tlsListen = Self.address(root, "tls_listen")
        names = Self.names(root)
        database = DatabaseAddress(root)
        let broker = root.string("broker")
        self.broker = broker.flatMap { BrokerURL($0) }
        if broker != nil, self.broker == nil { root.fail("broker", "must be an address such as mqtt://user:password@127.0.0.1:1883") }
        brokerAuthority = root.path("broker_authority")
        brokerAnnounce = Self.address(root, "broker_announce")
        brokerListen = Self.address(root, "broker_listen") ?? HostAndPort(host: "127.0.0.1", port: 8883)
        replica = root.id("replica") ?? Self.replicaName()
        modelsFolder = root.path("models") ?? SightModels.folder(in: dataFolder)
        replicaAddress = Self.address(root, "replica_address")
        retention = RetentionSettings(root.table("retention"))
        visits = VisitSettings(root.table("visits"))
        playback = PlaybackSettings(root.table("playback"))
        web = WebSettings(root.table("web"))
        trust = TrustSettings(root.table("tls"), dataFolder: dataFolder)
        try problems.check(origin: document.origin)
    }

    /// Names without ports, as a certificate can hold them.
    private static func names(_ table: TableReader) -> [String] {
        table.strings("names", atMost: 40).map { name in
            let name = name.lowercased()
            let bare = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name
            if HostAndPort(bare.contains(":") ? "[\(bare)]:1" : "\(bare):1") == nil {
                table.fail("names", "must hold names and addresses without ports, such as hub.example.org or 192.0.2.7")
            }
            return bare
        }
    }

    /// An address to listen on or to connect to; nil where it is absent or something else (a fault).
    static func address(_ table: TableReader, _ key: String) -> HostAndPort? {
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
