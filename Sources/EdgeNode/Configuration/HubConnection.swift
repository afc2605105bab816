package import Settings

/// How a node reaches its hub's broker without having joined: the table `[hub]` of `edge.toml`. A node that has joined needs none of it.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `broker` | URL `mqtt://host:port` or `mqtts://host:port` | what the hub said on joining |
/// | `secret_file` | path of a file that only its owner may read, holding the node's MQTT password | none |
/// | `authority` | path of a PEM file, for `mqtts://` | the system's authorities |
///
/// For a broker that somebody else runs and that knows its clients by password. The user is the node's id unless the URL has one.
package struct HubConnection: Sendable, Equatable {
    /// The broker with user and password filled in; nil where the file names none.
    package let broker: BrokerURL?
    /// Whose certificate a broker at `mqtts://` has; nil for the system's authorities.
    package let authority: String?

    static let keys = [
        KeyDescription("hub.broker", "URL", standard: "what the hub said on joining"),
        KeyDescription("hub.secret_file", "path", standard: "none"),
        KeyDescription("hub.authority", "path", standard: "the system's authorities"),
    ]

    init(_ table: TableReader, node: String, purpose: EdgeConfiguration.Purpose) {
        authority = table.path("authority")
        let secretFile = table.path("secret_file")
        guard let text = table.string("broker") else {
            if table.has("secret_file") { table.fail("broker", "is missing: secret_file is for a broker that is named here") }
            broker = nil
            return
        }
        guard var broker = BrokerURL(text) else {
            table.fail("broker", "must be an address such as mqtt://127.0.0.1:1883")
            self.broker = nil
            return
        }
        if let secretFile, purpose == .run {
            switch SecretFile.read(path: secretFile) {
            case .success(let secret): broker.password = Redacted(secret)
            case .failure(let refusal): table.fail("secret_file", "\(refusal)")
            }
        }
        if broker.username == nil, broker.password != nil { broker.username = node }
        self.broker = broker
    }
}
