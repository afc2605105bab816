import Foundation
import TestSupport

/// Addresses and files of an installation in which everything but the database is reached over TLS: replicas at loopback addresses of their
/// own, nodes and hubs at two listeners of one broker.
struct SecureSitePlan: Sendable {
    let places: SecuredMosquitto.Places
    private let webPort: Int
    private let replicas: Int

    init(folder: String, replicas: Int) throws {
        self.replicas = replicas
        // One port for all replicas, as on machines of their own.
        webPort = try FreePort.find()
        let trust = "\(folder)/trust"
        places = SecuredMosquitto.Places(
            folder: folder, authority: "\(trust)/authority.pem", certificate: "\(trust)/server.pem", revocations: "\(trust)/revoked.pem",
            nodePort: try FreePort.find(), hubPort: try FreePort.find())
    }

    /// Where the hubs connect.
    var hubBroker: String {
        "mqtts://\(SecuredMosquitto.hubUser.name):\(SecuredMosquitto.hubUser.password)@127.0.0.1:\(places.hubPort)"
    }

    /// The keys of a replica's configuration, counted from 1.
    func settings(replica number: Int) -> [String: String] {
        [
            "tls_listen": "\(Self.host(number)):\(webPort)", "names": (1...replicas).map { Self.host($0) }.joined(separator: ","),
            "broker_authority": places.authority, "broker_announce": "127.0.0.1:\(places.nodePort)",
        ]
    }

    /// Whether a hub has made what the broker needs.
    var isReady: Bool {
        [places.authority, places.certificate, places.revocations].allSatisfy { FileManager.default.fileExists(atPath: $0) }
    }

    /// 127.0.0.1 is the broker's.
    private static func host(_ number: Int) -> String { "127.0.0.\(number + 1)" }
}
