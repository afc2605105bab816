private import Crypto
private import CryptoExtras
private import Foundation

/// The words of Mosquitto's dynamic security plug-in: its topics, its names for ours, and its file.
enum DynamicSecurity {
    static let commands = "$CONTROL/dynamic-security/v1"
    static let responses = "$CONTROL/dynamic-security/v1/response"
    /// The hub's user. No node can have this name, as ids have no underscore: with a certificate that said so it would need no password.
    static let hubUser = "_hub"

    /// The role that holds a node's rights.
    static func role(_ node: String) -> String { "node:\(node)" }

    private struct Document: Encodable {
        struct Client: Encodable {
            struct Role: Encodable { let rolename: String }

            let username: String
            var password: String?
            var salt: String?
            var iterations: Int?
            let roles: [Role]
        }
        struct Role: Encodable {
            let rolename: String
            let acls: [BrokerRight]
        }

        let clients: [Client]
        let roles: [Role]
    }

    /// The file that Mosquitto reads when it starts. Nodes have no password: their certificate says who they are.
    ///
    /// - Parameter hubSecret: The hub's password: a random number of 256 bits, which no number of guesses finds, so that the number of PBKDF2's
    ///   iterations is that of `mosquitto_passwd`; Mosquitto repeats them for every client of the hub.
    static func file(hubSecret: String, nodes: [BrokerNode]) throws -> String {
        var generator = SystemRandomNumberGenerator()
        // The plug-in takes salts of exactly twelve bytes.
        let salt = (0..<12).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let key = try KDF.Insecure.PBKDF2.deriveKey(
            from: Array(hubSecret.utf8), salt: salt, using: .sha512, outputByteCount: 64, unsafeUncheckedRounds: 101)
        let hash = unsafe key.withUnsafeBytes { unsafe Data($0) }
        let hub = Document.Client(
            username: hubUser, password: hash.base64EncodedString(), salt: Data(salt).base64EncodedString(), iterations: 101,
            roles: [.init(rolename: "hub")])
        let document = Document(
            clients: [hub] + nodes.map { Document.Client(username: $0.name, roles: [.init(rolename: role($0.name))]) },
            roles: [.init(rolename: "hub", acls: BrokerRight.hub)]
                + nodes.map { Document.Role(rolename: role($0.name), acls: BrokerRight.node($0)) })
        return String(decoding: try JSONEncoder().encode(document), as: UTF8.self)
    }
}
