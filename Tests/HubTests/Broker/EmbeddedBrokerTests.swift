import Base
import Foundation
import Hub
import MQTT
import TestSupport
import Testing
import Trust

@Suite(.timeLimit(.minutes(10)))
struct EmbeddedBrokerTests {
    private let fixture: BrokerFixture

    init() throws { fixture = try BrokerFixture() }

    @Test("A node's events reach the hub's shared subscription, and the hub's answer reaches that node")
    func bothWays() async throws {
        try await fixture.withBroker { broker in
            try await fixture.withHub(broker) { hub, hubSeen in
                try await fixture.withNode(broker, "porch") { porch, porchSeen in
                    try await eventually { hub.isConnected && porch.isConnected }
                    try await hub.subscribe([("$share/hub/vigilar/node/+/events", .atLeastOnce)])
                    try await porch.subscribe([("vigilar/node/porch/ack", .atLeastOnce)])
                    #expect(try await porch.publish(MQTTMessage(topic: "vigilar/node/porch/events", payload: [1])) == .delivered)
                    try await eventually { hubSeen.topics == ["vigilar/node/porch/events"] }
                    #expect(try await hub.publish(MQTTMessage(topic: "vigilar/node/porch/ack", payload: [1])) == .delivered)
                    try await eventually { porchSeen.topics == ["vigilar/node/porch/ack"] }
                }
            }
        }
    }

    /// Who is no node of this installation.
    enum Stranger: String, CaseIterable {
        case withoutCertificate, otherAuthority, sameNamedAuthority, selfSigned, expired, notYetValid, serverCertificate, swappedKey
    }

    @Test("Nobody connects without a valid certificate of the authority", arguments: Stranger.allCases)
    func strangers(_ stranger: Stranger) async throws {
        let now = SystemClock().now
        try await fixture.withBroker { broker in
            var security: MQTTTransportSecurity
            switch stranger {
            case .withoutCertificate: security = MQTTTransportSecurity(authorityFile: fixture.trust.files.authority.path)
            case .otherAuthority:
                security = try fixture.credentials("porch", by: CertificateAuthority.make(name: "Other", now: now)).security
            case .sameNamedAuthority:
                let name = try #require(fixture.authority.facts.commonName)
                security = try fixture.credentials("porch", by: CertificateAuthority.make(name: name, now: now)).security
            case .selfSigned: security = try await fixture.selfSigned("porch")
            case .expired: security = try fixture.credentials("porch", now: now.advanced(bySeconds: -3 * 86_400), days: 1).security
            case .notYetValid: security = try fixture.credentials("porch", now: now.advanced(bySeconds: 86_400)).security
            case .serverCertificate:
                let file = fixture.trust.files.certificate.path
                security = MQTTTransportSecurity(
                    authorityFile: fixture.trust.files.authority.path, certificateFile: file, keyFile: file)
            case .swappedKey:
                security = try fixture.credentials("porch").security
                security.keyFile = try fixture.credentials("garden").security.keyFile
            }
            try await fixture.withNode(broker, "porch", security: security) { client, seen in
                try await eventually { !seen.errors.isEmpty }
                #expect(seen.errors.allSatisfy { if case .security = $0 { true } else { false } }, "\(seen.errors)")
                #expect(client.statistics.connections == 0)
            }
        }
    }

    @Test("Bytes that are no TLS, no MQTT, or cut short end their connection and nothing else")
    func garbage() async throws {
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<(64 << 10)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        // CONNECT of MQTT 5, as it is right without TLS, and with lengths that promise more than comes, or than there may be.
        let connect: [UInt8] = [16, 18, 0, 4] + Array("MQTT".utf8) + [5, 2, 0, 15, 0, 0, 5] + Array("porch".utf8)
        let hello: [UInt8] = [22, 3, 1, 255, 255, 1, 0, 255, 251, 3, 3]
        let pieces = [
            noise, connect, hello + noise, [22, 3, 1, 0, 0], [0], [128, 46, 1, 0, 2], Array("GET / HTTP/1.1\r\n\r\n".utf8),
            [16, 255, 255, 255, 255] + noise, [48, 255, 255, 255, 127] + noise, Array(connect.prefix(9)), [16, 0],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ]
        try await fixture.withBroker { broker in
            try await fixture.withNode(broker, "garden") { garden, seen in
                try await eventually { garden.isConnected }
                let tls = try fixture.tls("porch")
                for bytes in pieces {
                    for inside in [nil, tls] {
                        let client = try await RawConnection.open(port: broker.port, tls: inside)
                        await client.send(bytes)
                        await client.close()
                    }
                }
                // Something that waits for more of it keeps nobody from coming in.
                let waiting = try await RawConnection.open(port: broker.port, tls: nil)
                await waiting.send(Array(hello.prefix(3)))
                let plain = try await RawConnection.open(port: broker.port, tls: nil)
                await plain.send(connect)
                try await eventually("the end of a connection without TLS") { plain.isClosed }
                #expect(plain.received.first != 32, "a CONNACK without TLS")
                try await fixture.withNode(broker, "porch") { porch, _ in
                    try await eventually { porch.isConnected }
                    #expect(try await porch.publish(MQTTMessage(topic: "vigilar/node/porch/events", payload: [1])) == .noSubscribers)
                }
                await waiting.close()
                #expect(garden.isConnected && seen.errors.isEmpty && broker.starts == 1)
            }
        }
    }

    @Test("A certificate without rights connects to nothing: every topic is refused")
    func unknownNode() async throws {
        try await fixture.withBroker { broker in
            try await fixture.withNode(broker, "stranger") { client, _ in
                try await eventually { client.isConnected }
                await #expect(throws: MQTTError.refused(.notAuthorized)) {
                    try await client.publish(MQTTMessage(topic: "vigilar/node/stranger/events", payload: [1]))
                }
                await #expect(throws: MQTTError.self) { try await client.subscribe([("vigilar/node/stranger/ack", .atLeastOnce)]) }
            }
        }
    }

    static let topics = [
        "node/%/events", "node/%/state", "node/%/health", "node/%/reply", "node/%/ack", "node/%/command", "camera/%-cam/state",
        "camera/%-cam/config", "camera/%-cam/config/applied",
    ]
    static let sent: Set<String> = [
        "node/%/events", "node/%/state", "node/%/health", "node/%/reply", "camera/%-cam/state", "camera/%-cam/config/applied",
    ]

    @Test("A node publishes on its own topics in its own direction, and on no other")
    func publishing() async throws {
        try await fixture.withBroker { broker in
            try await fixture.withNode(broker, "porch") { porch, _ in
                try await eventually { porch.isConnected }
                for topic in Self.topics {
                    for owner in ["porch", "garden"] {
                        let name = "vigilar/" + topic.replacing("%", with: owner)
                        let message = MQTTMessage(topic: name, payload: [1])
                        if owner == "porch", Self.sent.contains(topic) {
                            #expect(try await porch.publish(message) == .noSubscribers, "\(name)")
                        } else {
                            await #expect(throws: MQTTError.refused(.notAuthorized), "\(name)") { try await porch.publish(message) }
                        }
                    }
                }
                for name in ["vigilar/events/published", "vigilar/hub/wake", "vigilar/node/porch", "other", "$CONTROL/dynamic-security/v1"]
                {
                    await #expect(throws: MQTTError.refused(.notAuthorized), "\(name)") {
                        try await porch.publish(MQTTMessage(topic: name, payload: Array("{\"commands\":[]}".utf8)))
                    }
                }
            }
        }
    }

    @Test("A node subscribes to what is for it, and to no other topic or pattern")
    func subscribing() async throws {
        try await fixture.withBroker { broker in
            try await fixture.withNode(broker, "porch") { porch, _ in
                try await eventually { porch.isConnected }
                for topic in Self.topics {
                    for owner in ["porch", "garden"] {
                        let name = "vigilar/" + topic.replacing("%", with: owner)
                        if owner == "porch", !Self.sent.contains(topic) {
                            try await porch.subscribe([(name, .atLeastOnce)])
                        } else {
                            await #expect(throws: MQTTError.subscriptionRefused(filter: name, reason: .notAuthorized)) {
                                try await porch.subscribe([(name, .atLeastOnce)])
                            }
                        }
                    }
                }
                for name in [
                    "#", "vigilar/#", "+/+/+/+", "vigilar/node/porch/#", "vigilar/node/+/ack", "vigilar/events/published",
                    "$share/hub/vigilar/node/+/events", "$share/x/vigilar/node/porch/ack", "$SYS/#",
                    "$CONTROL/dynamic-security/v1/response",
                ] {
                    await #expect(throws: MQTTError.subscriptionRefused(filter: name, reason: .notAuthorized)) {
                        try await porch.subscribe([(name, .atLeastOnce)])
                    }
                }
            }
        }
    }

    @Test("A node cannot take another's session over, whatever client identifier it asks for", arguments: ["garden", "hub-x-test"])
    func clientIdentifiers(_ wanted: String) async throws {
        try await fixture.withBroker { broker in
            try await fixture.withHub(broker) { hub, hubSeen in
                try await fixture.withNode(broker, "garden") { garden, gardenSeen in
                    try await eventually { hub.isConnected && garden.isConnected }
                    try await fixture.withNode(broker, "porch", clientID: wanted) { porch, _ in
                        try await eventually { porch.isConnected }
                        #expect(try await porch.publish(MQTTMessage(topic: "vigilar/node/porch/events", payload: [1])) == .noSubscribers)
                    }
                    #expect(try await garden.publish(MQTTMessage(topic: "vigilar/node/garden/events", payload: [1])) == .noSubscribers)
                    #expect(hubSeen.errors.isEmpty && gardenSeen.errors.isEmpty)
                }
            }
        }
    }

    @Test("The hub's socket takes nobody without the hub's password")
    func hubSocket() async throws {
        try await fixture.withBroker { broker in
            for (user, password) in [(String?.none, String?.none), ("_hub", "wrong"), ("porch", nil)] {
                var configuration = broker.client("intruder")
                configuration.username = user
                configuration.password = password
                try await fixture.withClient(configuration) { client, seen in
                    try await eventually { !seen.errors.isEmpty }
                    #expect(seen.errors.first == .connectionRefused(.notAuthorized))
                    #expect(client.statistics.connections == 0)
                }
            }
        }
    }

    @Test("A revoked certificate is refused from the next connection on, and the others notice nothing")
    func revocation() async throws {
        try await fixture.withBroker { broker in
            let (security, serial) = try fixture.credentials("porch")
            try await fixture.withNode(broker, "garden") { garden, gardenSeen in
                try await eventually { garden.isConnected }
                try await broker.set(nodes: BrokerFixture.standard, revocations: fixture.revocations([serial]))
                try await fixture.withNode(broker, "porch", security: security) { _, seen in
                    // The list is read within a moment; until then the certificate may still be let in.
                    try await eventually("a refusal") { seen.errors.contains { if case .security = $0 { true } else { false } } }
                }
                try await fixture.withNode(broker, "porch") { other, _ in try await eventually { other.isConnected } }
                #expect(garden.isConnected && gardenSeen.errors.isEmpty && broker.starts == 1)
            }
        }
    }

    @Test("After kill -9 it is started again on its port, and its clients come back")
    func restarted() async throws {
        try await fixture.withBroker { broker in
            try await fixture.withHub(broker) { hub, seen in
                try await eventually { hub.isConnected }
                let first = try #require(broker.processID)
                kill(first, SIGKILL)
                try await eventually { broker.status == .ready && broker.processID != first }
                try await eventually { hub.isConnected && hub.statistics.connections == 2 }
                #expect(broker.starts == 2)
                #expect(seen.errors.contains(.connectionLost))
                try await fixture.withNode(broker, "porch") { porch, _ in try await eventually { porch.isConnected } }
            }
        }
    }

    @Test("The Mosquitto of a killed predecessor is found by its command line and replaced, on the same port")
    func leftover() async throws {
        let first = try fixture.broker()
        try await first.set(nodes: [], revocations: fixture.revocations())
        // What a predecessor leaves when it is killed: its Mosquitto, run by nobody.
        let configuration = URL(filePath: fixture.folder.path("broker")).resolvingSymlinksInPath().appending(path: "mosquitto.conf").path
        let orphan = try ChildProcess(executable: "mosquitto", arguments: ["-c", configuration])
        let bystanders = try await MosquittoServer()
        try await eventually { LoopbackSocket.canConnect(port: first.port) }
        try await fixture.withBroker { broker in
            #expect(broker.port == first.port)
            #expect(orphan.hasExited)
            try await fixture.withHub(broker) { hub, _ in try await eventually { hub.isConnected } }
        }
        #expect(LoopbackSocket.canConnect(port: bystanders.port))
    }

    @Test("It ends with its service, even when Mosquitto is stalled")
    func ends() async throws {
        let pid = try await fixture.withBroker { broker in
            let pid = try #require(broker.processID)
            kill(pid, SIGSTOP)
            return pid
        }
        #expect(kill(pid, 0) == -1)
    }

    @Test(
        "Names that could mean something else at the broker are refused",
        arguments: ["a:b", "a\nuser hub", "", "#", "Ä", "hub", "hub-x-ingest", "_hub"])
    func names(name: String) async throws {
        let broker = try fixture.broker()
        await #expect(throws: BrokerError.self) {
            try await broker.set(nodes: [BrokerNode(name: name)], revocations: fixture.revocations())
        }
        await #expect(throws: BrokerError.self) {
            try await broker.set(nodes: [BrokerNode(name: "porch", cameras: [name + "/#"])], revocations: fixture.revocations())
        }
    }

    @Test("Nobody else may open the folder of its files, and the hub's password stands in none of them")
    func secrecy() async throws {
        try await fixture.withBroker { broker in
            let password = try #require(broker.client("x").password)
            let folder = fixture.folder.path("broker")
            #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
            for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file != "hub.sock" {
                #expect(!(try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)).contains(password))
            }
            #expect(!"\(broker.client("x"))".contains(password))
        }
    }
}
