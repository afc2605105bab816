private import Foundation

/// How one client connects. The password never shows in a description.
package struct MQTTConfiguration: Sendable {
    /// Name or address of the broker, or the path of its Unix socket, in which case `port` is 0.
    package var host: String
    package var port: Int
    /// Unique at the broker; a second client with the same identifier takes the session over.
    package var clientID: String
    package var username: String?
    package var password: String?
    /// How the two prove to each other who they are; nil for a connection without TLS.
    package var security: MQTTTransportSecurity?
    /// Further addresses of the same broker, or of its replicas: after a failed attempt the next one is tried.
    package var alternatives: [MQTTEndpoint] = []
    /// True: the broker forgets what it kept for this identifier.
    package var cleanStart = true
    /// Seconds that the broker keeps the session after the connection ended.
    package var sessionExpiry: UInt32 = 0
    /// Seconds, 5 to 65,535. A silent connection is given up after one and a half times this.
    package var keepAlive = 15
    package var will: MQTTWill?
    /// Bytes of the largest packet in either direction.
    package var maximumPacketSize = 327_680
    /// Messages that may wait in `MQTTClient.events`; what comes beyond is dropped and counted.
    package var incomingBound = 4096
    /// Bytes that those may hold together.
    package var incomingByteBound = 64 << 20
    /// Publishes on the way at one time; callers wait for a place.
    package var maximumInFlight = 128
    /// Seconds for name lookup, TCP and CONNACK together.
    package var connectTimeout = 10.0
    /// Seconds until a missing PUBACK or SUBACK counts as a broken connection.
    package var acknowledgementTimeout = 30.0
    /// Seconds of the shortest and the longest wait between attempts to connect.
    package var reconnectDelay = 0.2...10.0

    package init(host: String, port: Int = 1883, clientID: String, username: String? = nil, password: String? = nil) {
        self.host = host
        self.port = port
        self.clientID = clientID
        self.username = username
        self.password = password
    }

    /// - Parameter url: `mqtt://user:password@host:port`; user, password and port (1883) may be absent. `mqtts://` (8883) means TLS and the
    ///   system's authorities, unless `security` is set to others.
    /// - Throws: `MQTTError.invalid` when it is not such a URL.
    package init(url: String, clientID: String) throws(MQTTError) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty else {
            throw .invalid("the broker's address must look like mqtt://user:password@host:port")
        }
        guard ["mqtt", "tcp", "mqtts"].contains(scheme) else {
            throw .invalid("the broker's address begins with \(scheme)://; only mqtt:// and mqtts:// are supported")
        }
        guard parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil else {
            throw .invalid("the broker's address must end after the port")
        }
        let port = parts.port ?? (scheme == "mqtts" ? 8883 : 1883)
        guard (1...65_535).contains(port) else { throw .invalid("the broker's port must lie between 1 and 65535") }
        // An IPv6 address keeps its brackets in URLComponents.
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.init(host: bare, port: port, clientID: clientID, username: parts.user, password: parts.password)
        if scheme == "mqtts" { security = MQTTTransportSecurity() }
    }

    /// The configuration of the nth attempt: its host and port are those of the endpoint whose turn it is.
    func turn(_ number: Int) -> MQTTConfiguration {
        guard !alternatives.isEmpty, number % (alternatives.count + 1) > 0 else { return self }
        var copy = self
        let endpoint = alternatives[number % (alternatives.count + 1) - 1]
        copy.host = endpoint.host
        copy.port = endpoint.port
        return copy
    }

    /// Throws what libmosquitto would refuse, or silently cut at a zero byte.
    func validate() throws(MQTTError) {
        guard (1...65_535).contains(port) || (port == 0 && host.hasPrefix("/")) else { throw .invalid("port \(port)") }
        guard (5...65_535).contains(keepAlive) else { throw .invalid("keepAlive must lie between 5 and 65535 seconds") }
        guard maximumPacketSize >= 1024, maximumInFlight > 0, incomingBound > 0, incomingByteBound > 0 else {
            throw .invalid("bounds must be positive, and packets of 1024 bytes possible")
        }
        guard username != nil || password == nil else { throw .invalid("a password needs a user name") }
        let files = [security?.authorityFile, security?.certificateFile, security?.keyFile]
        for text in ([host, clientID, username, password] + files + alternatives.map(\.host)).compactMap(\.self)
        where text.utf8.contains(0) || text.utf8.count > 65_535 {
            throw .invalid("host, client identifier, user, password and paths must be without zero bytes and shorter than 64 KiB")
        }
        guard alternatives.allSatisfy({ !$0.host.isEmpty && (1...65_535).contains($0.port) }) else {
            throw .invalid("each further address needs a host and a port")
        }
        guard (security?.certificateFile == nil) == (security?.keyFile == nil) else {
            throw .invalid("a client certificate needs its key, and a key its certificate")
        }
        guard !host.isEmpty, !clientID.isEmpty else { throw .invalid("host and client identifier must not be empty") }
    }
}

extension MQTTConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "\(security == nil ? "mqtt" : "mqtts")://\(username.map { "\($0)@" } ?? "")\(host):\(port) as \(clientID)"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
