private import Foundation

/// What the administration commands do, whether a running hub is asked or none runs.
package enum Administration {
    /// Carries out a command. Never throws: what went wrong is part of the answer.
    package static func answer(
        _ request: AdministrationRequest, nodes: NodeRegistry, store: any EventStore, access: BrokerAccess?
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
            }
        } catch {
            return AdministrationResponse(error: "\(error)")
        }
    }
}
