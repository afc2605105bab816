import Foundation
import Settings

/// The files that Mosquitto reads: its configuration, the rights that it starts with, and the certificates that are revoked.
struct BrokerFiles: Sendable {
    let folder: URL

    var configuration: URL { folder.appending(path: "mosquitto.conf") }
    var rights: URL { folder.appending(path: "dynamic-security.json") }
    var revocations: URL { folder.appending(path: "revoked.pem") }
    /// Where the hub's own clients connect.
    var socket: URL { folder.appending(path: "hub.sock") }
    var log: URL { folder.appending(path: "mosquitto.log") }
    /// Keeps the port of a broker that chose a free one, so that the nodes find it again.
    var port: URL { folder.appending(path: "port") }

    /// The limits are those of the wire (docs/reference): a payload of 256 KiB with topic and properties fits a packet of 320 KiB.
    ///
    /// The hub's clients come by a socket of the file system, with a password; everybody else needs a certificate of the authority, is
    /// the user that its common name says, and has that name as its client identifier, so that nobody can take another's session over.
    func configurationText(listen: HostAndPort, certificates: BrokerCertificates, plugin: String, isRoot: Bool) -> String {
        var lines = [
            "per_listener_settings false",
            "allow_anonymous false",
            "plugin \(plugin)",
            "plugin_opt_config_file \(rights.path)",
            "log_dest file \(log.path)",
            "log_type error",
            "log_type warning",
            "log_type notice",
            "log_type information",
            "connection_messages true",
            "persistence false",
            "set_tcp_nodelay true",
            "sys_interval 0",
            "max_packet_size 327680",
            "max_inflight_messages 20",
            "max_queued_messages 10000",
            "max_queued_bytes 67108864",
            "allow_zero_length_clientid false",
        ]
        // Mosquitto started by root would become another user, who may not read this folder.
        if isRoot { lines.append("user root") }
        lines += [
            "listener 0 \(socket.path)",
            "listener \(listen.port) \(listen.host)",
            "cafile \(certificates.authority.path)",
            "certfile \(certificates.certificate.path)",
            "keyfile \(certificates.key.path)",
            "crlfile \(revocations.path)",
            "require_certificate true",
            "use_identity_as_username true",
            "use_username_as_clientid true",
            "tls_version tlsv1.2",
            "ciphers ECDHE+AESGCM:ECDHE+CHACHA20",
            "ciphers_tls1.3 TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
