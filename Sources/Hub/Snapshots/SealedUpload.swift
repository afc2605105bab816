import HTTPTypes
import Hummingbird
import NIOCore
import Protocol

/// What a node sends of one of its events, sealed to the hub: `PUT /api/v1/nodes/{node}/…/{event}` with a rank.
enum SealedUpload {
    /// Checks who sends it, and hands it on.
    /// - Parameters:
    ///   - limit: Bytes that it has, at most.
    ///   - refused: Counts a refusal.
    ///   - take: Stores it; throws `SnapshotRefusal` where it will not.
    static func receive(
        _ request: Request, _ context: WebContext, gate: NodeGate, limit: Int, refused: (SnapshotRefusal) -> SnapshotRefusal,
        take: (_ box: [UInt8], _ event: EventID, _ node: String, _ rank: Int) async throws -> Void
    ) async throws -> Response {
        guard let node = context.parameters.get("node"), NodeName.isValid(node),
            let event = context.parameters.get("event").flatMap({ EventID($0) })
        else { throw Problem.notFound }
        try await gate.admit(node, context)
        try request.checkIsOctets()
        guard let rank = request.headers[.snapshotRank].flatMap({ Int($0) }), SnapshotWire.ranks.contains(rank) else {
            throw Problem.parameter(SnapshotWire.rankHeader, "must be a whole number from 1 to 9")
        }
        var request = request
        let body: ByteBuffer
        do { body = try await request.collectBody(upTo: limit) } catch { throw Problem(snapshot: refused(.tooLarge)) }
        do { try await take(Array(body.readableBytesView), event, node, rank) } catch let refusal as SnapshotRefusal {
            throw Problem(snapshot: refusal)
        }
        return Response(status: .noContent)
    }
}
