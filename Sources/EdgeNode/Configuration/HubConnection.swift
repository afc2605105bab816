package import Settings

/// How a node reaches its hub's broker: the table `[hub]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `broker` | URL `mqtt://host:port` | `mqtt://127.0.0.1:1883` |
/// | `secret_file` | path of a file that only its owner may read, holding the node's MQTT password | none |
///
/// The user is the node's id. Instead of a secret file the URL may carry user and password.
package struct HubConnection: Sendable, Equatable {
    /// The broker with user and password filled in.
    package let broker: BrokerURL

    static let keys = [
        KeyDescription("hub.broker", "URL", standard: "mqtt://127.0.0.1:1883"),
        KeyDescription("hub.secret_file", "path", standard: "none"),
    ]

    init(_ table: TableReader, node: String, purpose: EdgeConfiguration.Purpose) {
        let text = table.string("broker")
        let parsed = text.map { BrokerURL($0) } ?? BrokerURL(host: "127.0.0.1", port: 1883)
        if parsed == nil { table.fail("broker", "must be an address such as mqtt://127.0.0.1:1883") }
        var broker = parsed ?? BrokerURL(host: "127.0.0.1", port: 1883)
        let secretFile = table.path("secret_file")
        if let secretFile, purpose == .run {
            switch SecretFile.read(path: secretFile) {
            case .success(let secret): broker.password = Redacted(secret)
            case .failure(let refusal): table.fail("secret_file", "\(refusal)")
            }
        } else if broker.password == nil, purpose == .run, !table.has("secret_file") {
            table.fail("secret_file", "is missing: name the file that `vigilar-hub node add` wrote for this node")
        }
        if broker.username == nil { broker.username = node }
        self.broker = broker
    }
}
