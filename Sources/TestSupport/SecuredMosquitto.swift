import Foundation

/// A Mosquitto that is not the hub's own, set up as the reference asks for: nodes come over TLS with certificates that say who they are, hubs
/// over TLS with a password, and the dynamic security plug-in holds everybody's rights.
package enum SecuredMosquitto {
    /// The hubs' user, who may manage the others.
    package static let hubUser = MosquittoServer.User("hub", "hub-secret")

    /// Where the broker's files lie, and where it listens on 127.0.0.1.
    package struct Places: Sendable {
        /// A folder for the plug-in's file.
        package var folder: String
        /// The authority of nodes and broker, PEM.
        package var authority: String
        /// The broker's own certificate with its key, PEM.
        package var certificate: String
        /// The authority's list of revoked certificates, PEM.
        package var revocations: String
        package var nodePort: Int
        package var hubPort: Int

        package init(folder: String, authority: String, certificate: String, revocations: String, nodePort: Int, hubPort: Int) {
            self.folder = folder
            self.authority = authority
            self.certificate = certificate
            self.revocations = revocations
            self.nodePort = nodePort
            self.hubPort = hubPort
        }
    }

    /// Starts it; `port` of the server is that of the nodes.
    /// - Parameter settings: Further lines of the configuration.
    /// - Throws: `MosquittoServer.Failure`, or what starting a process threw.
    package static func start(_ places: Places, settings: [String] = []) async throws -> MosquittoServer {
        let rights = "\(places.folder)/dynamic-security.json"
        try await makeRights(rights)
        let transport = [
            "cafile \(places.authority)", "certfile \(places.certificate)", "keyfile \(places.certificate)", "tls_version tlsv1.2",
            "ciphers ECDHE+AESGCM:ECDHE+CHACHA20",
        ]
        var lines = [
            "per_listener_settings false", "allow_anonymous false", "plugin \(try plugin())", "plugin_opt_config_file \(rights)",
            "persistence false", "log_type all", "set_tcp_nodelay true", "user \(NSUserName())", "max_packet_size 327680",
            "max_inflight_messages 20",
        ]
        lines += settings
        lines += ["listener \(places.hubPort) 127.0.0.1"] + transport
        lines += ["listener \(places.nodePort) 127.0.0.1"] + transport
        lines += [
            "require_certificate true", "use_identity_as_username true", "use_username_as_clientid true", "crlfile \(places.revocations)",
        ]
        return try await MosquittoServer(port: places.nodePort, configuration: lines)
    }

    /// The plug-in's file with one user, who may do what a hub does; whatever else is allowed, the hub allows.
    private static func makeRights(_ path: String) async throws {
        let child = try ChildProcess(
            executable: "mosquitto_ctrl", arguments: ["dynsec", "init", path, hubUser.name, hubUser.password])
        let status = await child.waitForExit()
        let file = URL(fileURLWithPath: path)
        guard status == 0, var document = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any],
            var roles = document["roles"] as? [[String: Any]], !roles.isEmpty
        else { throw MosquittoServer.Failure(description: "mosquitto_ctrl ended with \(status): \(child.output)") }
        var allowed = roles[0]["acls"] as? [[String: Any]] ?? []
        for (kind, topic) in [
            ("publishClientSend", "vigilar/#"), ("publishClientReceive", "vigilar/#"), ("subscribePattern", "vigilar/#"),
            ("subscribePattern", "$share/hub/vigilar/#"), ("unsubscribePattern", "vigilar/#"),
        ] { allowed.append(["acltype": kind, "topic": topic, "priority": 0, "allow": true]) }
        roles[0]["acls"] = allowed
        document["roles"] = roles
        document["defaultACLAccess"] = [
            "publishClientSend": false, "publishClientReceive": false, "subscribe": false, "unsubscribe": false,
        ]
        try JSONSerialization.data(withJSONObject: document).write(to: file)
    }

    /// Beside the libraries, in Debian's folder for this processor or elsewhere in the usual one.
    private static func plugin() throws -> String {
        let name = "mosquitto_dynamic_security.so"
        let folders = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []).filter { $0.hasSuffix("-linux-gnu") }
        let candidates = folders.map { "/usr/lib/\($0)/\(name)" } + ["/usr/lib/\(name)", "/usr/lib/mosquitto/\(name)"]
        guard let found = candidates.first(where: { FileManager.default.isReadableFile(atPath: $0) }) else {
            throw MosquittoServer.Failure(description: "\(name) is not installed: it is part of Debian's package mosquitto")
        }
        return found
    }
}
