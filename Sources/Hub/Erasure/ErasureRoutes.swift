import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// Taking somebody away, and the receipts of it: `DELETE /api/v1/individuals/{id}`, `GET /api/v1/erasures`.
package struct ErasureRoutes: Sendable {
    let identities: Identities
    let journals: Journals
    let clock: any WallClock

    /// Receipts of one answer.
    private static let limit = 500

    package func add(to router: some RouterMethods<WebContext>) {
        router.delete("/api/v1/individuals/:id") { request, context in try await erase(QueryParameters(request.uri.query), context) }
        router.get("/api/v1/erasures") { _, _ in
            var out = Array("{\"items\":[".utf8)
            for (index, receipt) in try await journals.store.erasureReceipts(limit: Self.limit).enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.append(receipt, to: &out)
            }
            return Response(json: out + Array("],\"next\":null}".utf8))
        }
    }

    private func erase(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }), let individual = try await journals.store.individual(id)
        else {
            throw Problem.noIndividual
        }
        let pictures: Erasure.Pictures
        switch (individual.kind, parameters.first("pictures")) {
        case (.person, nil), (_, "delete"?): pictures = .deleted
        case (.person, "hide"?): pictures = .hidden
        case (.pet, nil), (.pet, "keep"?): pictures = .kept
        case (.person, _): throw Problem.parameter("pictures", "of people must be delete or hide")
        case (.pet, _): throw Problem.parameter("pictures", "of pets must be delete or keep")
        }
        let erasure = Erasure(
            individual: id, time: clock.now, account: session.account, reason: .request, pictures: pictures)
        guard try await identities.erase(erasure) else { throw Problem.noIndividual }
        journals.onErased()
        return Response(status: .noContent)
    }

    private static func append(_ receipt: ErasureReceipt, to out: inout [UInt8]) {
        let erasure = receipt.erasure
        out += Array("{\"individual\":\"\(erasure.individual)\",\"erased_at\":\"\(erasure.time.rfc3339)\",\"by\":".utf8)
        if let account = erasure.account { JSONText.append(account, to: &out) } else { out += Array("null".utf8) }
        out += Array(
            ",\"reason\":\"\(erasure.reason.rawValue)\",\"pictures\":\"\(erasure.pictures.rawValue)\",\"to_hide\":\(receipt.toHide)".utf8)
        // Nobody's footage is cut: it goes with its own retention.
        out += Array(",\"footage\":\"kept\",\"nodes\":[".utf8)
        for (index, node) in receipt.nodes.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += Array("{\"node\":".utf8)
            JSONText.append(node.node, to: &out)
            let state = node.confirmed == node.events ? "confirmed" : node.isRevoked ? "revoked" : "waiting"
            let time = node.confirmedAt.map { "\"\($0.rfc3339)\"" } ?? "null"
            out += Array(",\"events\":\(node.events),\"state\":\"\(state)\",\"confirmed_at\":\(time)}".utf8)
        }
        out += Array("]}".utf8)
    }
}
