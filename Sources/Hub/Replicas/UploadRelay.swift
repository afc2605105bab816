package import Base
private import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
package import Trust

/// Passes a node's upload on to the replica that asked for it, where a load balancer has brought it to this one; and takes in what others pass
/// on. What was passed on once stays where it came: the route for it knows this replica's tickets alone.
package struct UploadRelay: Sendable {
    private let replica: String
    private let key: SigningKey
    private let store: any ReplicaStore
    private let client: ReplicaClient
    private let metrics: Metrics
    private let logger: Logger

    /// - Parameters:
    ///   - replica: This one's id, with which its tickets begin.
    ///   - key: The hub's, which all replicas share, and nobody else has.
    package init(
        replica: String, key: SigningKey, store: any ReplicaStore, client: ReplicaClient, metrics: Metrics, logger: Logger
    ) {
        self.replica = replica
        self.key = key
        self.store = store
        self.client = client
        self.metrics = metrics
        self.logger = logger
        metrics.declare(
            "vigilar_uploads_relayed_total", .counter, help: "Uploads of nodes that another replica asked for, by what became of them.")
        metrics.declare("vigilar_relays_refused_total", .counter, help: "Uploads without the word of a replica that it passes them on.")
    }

    /// Whether another replica gave out a ticket.
    func isForeign(_ ticket: String) -> Bool { ReplicaID.of(ticket: ticket) != replica }

    /// Passes a node's request on, piece by piece, and gives back the answer. Where the other replica wants no more of it, this ends the node's
    /// connection, as that one would have.
    /// - Parameter node: Which the connection's certificate has named.
    /// - Throws: `Problem` where there is no such replica, or it cannot be reached; `StoreError`; `TrustError`.
    func pass(_ ticket: String, from node: String, _ request: Request, _ channel: any Channel) async throws -> Response {
        let asking = ReplicaID.of(ticket: ticket)
        guard let record = try await store.replica(asking) else {
            count("unknown")
            throw Problem.goneReplica
        }
        let pass = try RelayPass(replica: asking, node: node, ticket: ticket).sealed(with: key)
        let body = RelayedBody(request.body)
        do {
            let answer = try await client.put(
                "/api/v1/replicas/\(asking)/uploads/\(ticket)", to: record.address, field: (RelayPass.field, pass),
                length: request.headers[.contentLength].flatMap { Int64($0) }, body: body)
            await body.end()
            count(answer.isDone ? "taken" : "refused")
            return Self.response(answer)
        } catch {
            guard body.hasBegun else {
                await body.end()
                count("unreachable")
                logger.warning(
                    "another replica cannot be reached",
                    metadata: ["replica": "\(record.name)", "at": "\(record.address)", "error": "\(error)"])
                throw Problem.unreachableReplica
            }
            // Before waiting for whoever reads: he may wait for the node.
            channel.close(promise: nil)
            await body.end()
            count("ended")
            return Response(status: .gone)
        }
    }

    /// Lets in what a replica passes on, and nothing else.
    /// - Parameter wanted: The replica of the request's path.
    /// - Returns: The node that the upload comes from.
    /// - Throws: `Problem`.
    func admit(_ ticket: String, for wanted: String, _ request: Request) throws(Problem) -> String {
        let field = request.headers[.relay].flatMap { RelayPass($0, from: key.verifyingKey) }
        guard let field, field.ticket == ticket, field.replica == wanted else {
            metrics.add("vigilar_relays_refused_total")
            throw .notAReplica
        }
        return field.node
    }

    private static func response(_ answer: ReplicaAnswer) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: answer.body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private func count(_ outcome: String) { metrics.add("vigilar_uploads_relayed_total", labels: [("outcome", outcome)]) }
}
