private import Base
private import Protocol

/// What the administration commands do, whether a running hub is asked or none runs.
package struct Administration: Sendable {
    private let store: any HubStore
    private let enrolment: Enrolment
    private let accounts: Accounts
    private let address: @Sendable () -> String
    private let access: FleetAccess?
    private let commander: NodeCommander?

    /// - Parameters:
    ///   - address: Where browsers on this machine find the hub: `http://localhost:8080`.
    ///   - access: Told of changes; nil where no hub runs.
    ///   - commander: Nil where no hub runs.
    package init(
        store: any HubStore, enrolment: Enrolment, accounts: Accounts, address: @escaping @Sendable () -> String, access: FleetAccess?,
        commander: NodeCommander?
    ) {
        self.store = store
        self.enrolment = enrolment
        self.accounts = accounts
        self.address = address
        self.access = access
        self.commander = commander
    }

    /// Carries out a command. Never throws: what went wrong is part of the answer.
    package func answer(_ request: AdministrationRequest) async -> AdministrationResponse {
        let response = await carriedOut(request)
        if response.error == nil, request.command != .check {
            await accounts.audit.add(
                AuditEntry(
                    at: accounts.clock.now, account: "", address: "", action: request.command.rawValue,
                    object: [request.name, request.site, request.camera].compactMap(\.self).joined(separator: " ")))
        }
        return response
    }

    private func carriedOut(_ request: AdministrationRequest) async -> AdministrationResponse {
        do {
            switch request.command {
            case .check: return AdministrationResponse(lines: try await store.check())
            case .invite: return try await invite(request)
            case .revoke:
                let name = try Self.node(request)
                guard try await enrolment.revoke(node: name) else { throw AdministrationError("There is no node '\(name)'.") }
                return AdministrationResponse(lines: ["The node '\(name)' is revoked: it may not connect any more."])
            case .admit:
                let name = try Self.node(request)
                guard try await enrolment.admit(node: name) else {
                    throw AdministrationError("There is no node '\(name)', or it is revoked: invite it again.")
                }
                return AdministrationResponse(lines: ["The node '\(name)' gets a certificate when it asks again, within the hour."])
            case .cameraMove: return try await move(request)
            case .nodeResend: return try await resend(request)
            case .accountReset: return try await reset(request)
            }
        } catch {
            return AdministrationResponse(error: "\(error)")
        }
    }

    private func invite(_ request: AdministrationRequest) async throws -> AdministrationResponse {
        guard let name = request.name, let site = request.site else { throw AdministrationError("An invitation needs --name and --site.") }
        let life = request.hours.map { Double($0) * 3600 } ?? Enrolment.invitationLife
        return AdministrationResponse(lines: [try await enrolment.invite(node: name, site: site, life: life)])
    }

    private func reset(_ request: AdministrationRequest) async throws -> AdministrationResponse {
        guard let name = request.name, let link = try await accounts.reset(name, by: nil) else {
            let names = try await accounts.all().map(\.name)
            throw AdministrationError(
                names.isEmpty
                    ? "There is no account yet: the hub prints a link for the first one when it starts."
                    : "There is no account '\(request.name ?? "")'. There are: \(names.joined(separator: ", ")).")
        }
        return AdministrationResponse(lines: ["\(address())/welcome?token=\(link.token.text)"])
    }

    private func move(_ request: AdministrationRequest) async throws -> AdministrationResponse {
        let node = try Self.node(request)
        guard let camera = request.camera, try await store.moveCamera(camera, to: node) else {
            throw AdministrationError("There is no camera '\(request.camera ?? "")', or no node '\(node)' that may connect.")
        }
        await access?.refresh()
        return AdministrationResponse(lines: ["The camera '\(camera)' belongs to the node '\(node)' now."])
    }

    private func resend(_ request: AdministrationRequest) async throws -> AdministrationResponse {
        guard let commander else { return AdministrationResponse(error: "No hub runs on this data folder: start it first.") }
        let name = try Self.node(request)
        guard let since = request.since.flatMap({ Timestamp(rfc3339: $0) }) else {
            return AdministrationResponse(error: "--since must be a time such as 2026-11-23T08:00:00Z.")
        }
        let reply = try await commander.send(NodeCommand(command: "resend", since: since), to: name)
        if let error = reply.error { return AdministrationResponse(error: "The node refuses: \(error).") }
        return AdministrationResponse(lines: ["\(reply.rows ?? 0) events are sent again."])
    }

    private static func node(_ request: AdministrationRequest) throws -> String {
        guard let name = request.name, Identifier.isValid(name) else { throw AdministrationError("The node's name \(Identifier.rule).") }
        return name
    }
}
