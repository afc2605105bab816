import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@testable import Hub

/// A push service on this machine, which notes what it is sent.
final class StubPushService: Sendable {
    struct Received: Sendable {
        let path: String
        let fields: HTTPFields
        let body: [UInt8]
    }

    struct Answer: Sendable {
        var status: HTTPResponse.Status
        var fields: HTTPFields = [:]
        var text = ""
    }

    private let requests = Mutex<[Received]>([])
    private let answers = Mutex<[String: [Answer]]>([:])

    /// All that came, in its order.
    var received: [Received] { requests.withLock { $0 } }

    /// What is answered at a path, one after another; 201 without end afterwards.
    func answer(_ path: String, _ answers: Answer...) { self.answers.withLock { $0[path] = answers } }

    /// Serves for the length of a test.
    /// - Parameter body: Gets the origin that it serves at.
    static func serving(_ body: @escaping @Sendable (StubPushService, _ origin: String) async throws -> Void) async throws {
        let service = StubPushService()
        let router = Router()
        router.post("/push/:browser") { request, _ in
            var request = request
            let bytes = Array(try await request.collectBody(upTo: 8192).readableBytesView)
            return service.take(Received(path: request.uri.path, fields: request.headers, body: bytes))
        }
        let app = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let port = try #require(client.port)
            try await body(service, "http://127.0.0.1:\(port)")
        }
    }

    private func take(_ received: Received) -> Response {
        requests.withLock { $0.append(received) }
        let answer = answers.withLock { answers -> Answer in
            guard let next = answers[received.path]?.first else { return Answer(status: .created) }
            answers[received.path]?.removeFirst()
            return next
        }
        return Response(status: answer.status, headers: answer.fields, body: .init(byteBuffer: ByteBuffer(string: answer.text)))
    }
}
