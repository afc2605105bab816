private import Base
private import Foundation
private import Protocol

/// What the administration commands do, whether a running hub is asked or none runs.
package enum Administration {
    /// Carries out a command. Never throws: what went wrong is part of the answer.
    package static func answer(
        _ request: AdministrationRequest, nodes: NodeRegistry, store: any EventStore, access: BrokerAccess?,
        commander: NodeCommander?
    ) async -> AdministrationResponse {
        do {
            switch request.command {
            case .check: return AdministrationResponse(lines: try await store.check())
            case .nodeAdd:
                guard let name = request.name, let site = request.site else {
                    return AdministrationResponse(error: "A node needs --name and --site.")
                }
                let file = try await nodes.add(name: name, site: site)
                try await access?.update()
                return AdministrationResponse(lines: [file.path])
            case .nodeResend: return try await resend(request, commander)
            }
        } catch {
            return AdministrationResponse(error: "\(error)")
        }
    }

    private static func resend(_ request: AdministrationRequest, _ commander: NodeCommander?) async throws -> AdministrationResponse {
        guard let commander else { return AdministrationResponse(error: "No hub runs on this data folder: start it first.") }
        guard let name = request.name, Identifier.isValid(name) else {
            return AdministrationResponse(error: "The node's name \(Identifier.rule).")
        }
        guard let since = request.since.flatMap({ Timestamp(rfc3339: $0) }) else {
            return AdministrationResponse(error: "--since must be a time such as 2026-11-23T08:00:00Z.")
        }
        let reply = try await commander.send(NodeCommand(command: "resend", since: since), to: name)
        if let error = reply.error { return AdministrationResponse(error: "The node refuses: \(error).") }
        return AdministrationResponse(lines: ["\(reply.rows ?? 0) events are sent again."])
    }
}
