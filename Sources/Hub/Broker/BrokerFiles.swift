private import Crypto
private import CryptoExtras
import Foundation
private import Glibc

/// The texts that Mosquitto reads: its configuration, who may connect, and who may do what.
struct BrokerFiles: Sendable {
    let folder: URL

    var configuration: URL { folder.appending(path: "mosquitto.conf") }
    var passwords: URL { folder.appending(path: "passwords") }
    var access: URL { folder.appending(path: "access") }
    var log: URL { folder.appending(path: "mosquitto.log") }
    /// Keeps the port of a broker that chose a free one, so that the nodes find it again.
    var port: URL { folder.appending(path: "port") }

    /// The limits are those of the wire (docs/reference): a payload of 256 KiB with topic and properties fits a packet of 320 KiB.
    func configurationText(host: String, port: Int, isRoot: Bool) -> String {
        var lines = [
            "listener \(port) \(host)",
            "allow_anonymous false",
            "password_file \(passwords.path)",
            "acl_file \(access.path)",
            "log_dest file \(log.path)",
            "log_type error",
            "log_type warning",
            "log_type notice",
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
        return lines.joined(separator: "\n") + "\n"
    }

    /// Writes a file of mode 0600; one that exists is replaced in one step, so that Mosquitto never reads half of it.
    static func write(_ text: String, to file: URL) throws(BrokerError) {
        let temporary = file.appendingPathExtension("new")
        try? FileManager.default.removeItem(at: temporary)
        guard
            FileManager.default.createFile(atPath: temporary.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]),
            unsafe rename(temporary.path, file.path) == 0
        else { throw BrokerError("Cannot write \(file.path): check that the folder is writable and the disk not full.") }
    }

    /// One line for each user in Mosquitto's own format, `name:$7$iterations$salt$hash` with PBKDF2-HMAC-SHA512.
    ///
    /// As many iterations as `mosquitto_passwd` makes: the secrets are random numbers of 256 bits, which no number of guesses finds.
    static func passwordText(_ users: [BrokerUser]) throws -> String {
        try users.map { user in
            var generator = SystemRandomNumberGenerator()
            let salt = (0..<12).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let key = try KDF.Insecure.PBKDF2.deriveKey(
                from: Array(user.secret.utf8), salt: salt, using: .sha512, outputByteCount: 64, unsafeUncheckedRounds: 101)
            let hash = unsafe key.withUnsafeBytes { unsafe Data($0) }
            return "\(user.name):$7$101$\(Data(salt).base64EncodedString())$\(hash.base64EncodedString())\n"
        }.joined()
    }

    /// A pattern line holds for every user, `%u` being the user's name: so a node's user reaches its own topics only, and a hub's
    /// more by its own section. A shared subscription is judged by the topics that it delivers.
    static func accessText(_ users: [BrokerUser]) -> String {
        var text = ""
        for user in users where user.role == .hub { text += "user \(user.name)\ntopic readwrite vigilar/#\n\n" }
        for part in ["events", "state", "health", "reply"] { text += "pattern write vigilar/node/%u/\(part)\n" }
        for part in ["ack", "command"] { text += "pattern read vigilar/node/%u/\(part)\n" }
        return text
    }
}
