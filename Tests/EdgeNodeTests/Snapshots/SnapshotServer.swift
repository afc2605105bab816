import Base
import Foundation
import Protocol
import TestSupport
import Trust

@testable import EdgeNode

/// A small HTTPS server (the system's Python) in the place of a hub, with a certificate of an authority of its own: takes pictures from
/// nodes with a certificate of that authority.
final class SnapshotServer: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let port: Int
    let process: ChildProcess
    let identity: NodeIdentity
    let authority: CertificateAuthority
    /// Opens what the node seals.
    let sealingKey = SealingPrivateKey()
    private let folder: TemporaryDirectory

    /// - Parameters:
    ///   - answers: Statuses in turn; `cut` closes the connection in the middle of the body, `hold` takes nothing of it until `goOn`. The last
    ///     one goes on.
    ///   - before: Addresses that the node is told of ahead of this server's.
    init(_ answers: [String], before: [String] = []) async throws {
        let folder = try TemporaryDirectory("hub")
        self.folder = folder
        let now = SystemClock().now
        let authority = try CertificateAuthority.make(name: "test", now: now)
        self.authority = authority
        let server = KeyPair()
        let certificate = try authority.issueServer(names: ["127.0.0.1"], publicKey: server.publicKey, now: now, days: 1)
        let port = try FreePort.find()
        self.port = port
        identity = try Self.identity("porch", authority: authority, hubs: before + ["https://127.0.0.1:\(port)"], folder: folder)
        try PrivateFile.write(certificate.pem + server.privateKeyPEM, to: URL(filePath: folder.path("server.pem")))
        try PrivateFile.write(authority.certificatePEM, to: URL(filePath: folder.path("authority.pem")))
        try PrivateFile.write(Self.script, to: URL(filePath: folder.path("server.py")))
        let process = try ChildProcess(
            executable: "/usr/bin/python3", arguments: [folder.path("server.py"), "\(port)", folder.path] + answers)
        self.process = process
        try await eventually("the server to listen") {
            if process.hasExited { throw Failure(description: "the server ended: \(process.output)") }
            return process.output.contains("listening")
        }
    }

    /// A node with a certificate of an authority, on the disk.
    static func identity(_ node: String, authority: CertificateAuthority, hubs: [String], folder: TemporaryDirectory) throws -> NodeIdentity
    {
        let now = SystemClock().now
        let (key, sealing) = (KeyPair(), SealingPrivateKey())
        let issued = try authority.issueNode(
            request: SigningRequest(pem: key.signingRequest(name: node)), node: node, now: now, days: 1)
        let answer = JoinAnswer(
            node: node, site: "home", certificate: issued.pem, authority: authority.certificatePEM, notAfter: issued.notAfter, hubs: hubs,
            brokers: [], signingKey: SigningKey().verifyingKey.text, sealingKey: sealing.publicKey.text)
        let identity = try NodeIdentity(
            folder: URL(filePath: folder.path("\(node)-identity")), answer: answer, key: key, sealingKey: sealing)
        try identity.save()
        return identity
    }

    /// The lines that the server wrote about requests: connection, client, method, path, rank, type, bytes.
    var requests: [String] { process.output.split(separator: "\n").filter { $0.hasPrefix("request ") }.map { String($0.dropFirst(8)) } }

    /// The body of a request that was answered with success, by the last part of its path.
    func body(_ event: EventID) -> [UInt8]? { body(named: "\(event)") }
    func body(named name: String) -> [UInt8]? { FileManager.default.contents(atPath: folder.path("body-\(name)")).map { Array($0) } }

    /// Requests whose bodies are not taken yet.
    var held: Int { process.output.split(separator: "\n").count { $0 == "holds" } }

    /// Takes what was held.
    func goOn() { process.signal(SIGUSR1) }

    private static let script = """
        import http.server, signal, socket, socketserver, ssl, sys, threading

        port, folder, answers = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
        connections = 0
        go = threading.Event()
        signal.signal(signal.SIGUSR1, lambda *_: go.set())


        class Hub(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                global connections
                connections += 1
                self.number = connections
                super().setup()

            def log_message(self, *arguments):
                pass

            def do_PUT(self):
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                length = int(self.headers["Content-Length"])
                if answer == "hold":
                    print("holds", flush=True)
                    go.wait()
                    answer = "204"
                body = self.rfile.read(length // 2 if answer == "cut" else length)
                name = dict(pair[0] for pair in self.connection.getpeercert()["subject"])["commonName"]
                print("request", self.number, name, self.command, self.path, self.headers["Vigilar-Rank"], self.headers["Content-Type"],
                      len(body), flush=True)
                if answer == "cut":
                    self.close_connection = True
                    self.connection.close()
                    return
                if answer.startswith("2"):
                    open(folder + "/body-" + self.path.split("/")[-1], "wb").write(body)
                self.send_response(int(answer))
                self.send_header("Content-Length", "0")
                self.end_headers()


        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

            def server_bind(self):
                # Without a bound the system would take tens of megabytes by itself.
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                super().server_bind()

            def handle_error(self, request, address):
                print("error", sys.exc_info()[1], flush=True)


        server = Server(("127.0.0.1", port), Hub)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder + "/server.pem")
        context.load_verify_locations(folder + "/authority.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        print("listening", flush=True)
        server.serve_forever()
        """
}
