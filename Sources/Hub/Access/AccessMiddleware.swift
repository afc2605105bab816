private import HTTPTypes
package import Hummingbird
private import Protocol

/// Holds each request to the rule of its route. What somebody may not see is answered as if it were not there; what they see and may not change is
/// refused.
package struct AccessMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    let events: any EventStore
    let recordings: any RecordingStore
    let fleet: any FleetStore

    package func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let rule = context.endpointPath.flatMap { RouteRules.rule(request.method, $0) }
        switch rule?.caller {
        case .everybody, .machine: return try await next(request, context)
        case .account, .rights, nil: break
        }
        guard let session = context.session else {
            guard ProblemMiddleware.isPage(request), request.method == .get || request.method == .head else { throw Problem.unauthorized }
            let wanted = request.uri.string == "/" ? "" : "?next=" + Self.encode(request.uri.string)
            return Response(status: .seeOther, headers: [.location: "/sign-in\(wanted)", .cacheControl: "no-store"])
        }
        // Of no route at all the router says that there is none.
        guard let rule else {
            guard context.endpointPath == nil else { throw Problem.notFound }
            return try await next(request, context)
        }
        if session.kind == .kiosk, let path = context.endpointPath, !RouteRules.ofKiosks.contains("\(request.method.rawValue) \(path)") {
            throw Problem.notForKiosks
        }
        if case .rights(let rights, let object) = rule.caller { try await check(rights, of: object, &context) }
        return try await next(request, context)
    }

    private func check(_ rights: [Right], of object: RouteRule.Object, _ context: inout WebContext) async throws {
        let access = context.access
        // Most installations have one site, and nobody whose rights end somewhere: nothing is looked up for these.
        if Right.allCases.allSatisfy(access.mayEverywhere) {
            context.mayIdentify = true
            return
        }
        // From whoever sees everything nothing is withheld: what they ask for is not there.
        let absent = access.mayEverywhere(.see) ? Problem.notFound : Problem.withheld
        let place: (site: String?, camera: String)
        switch object {
        case .installation, .anything:
            context.mayIdentify = access.mayEverywhere(.identify)
            let isPermitted: (Right) -> Bool
            if case .installation = object { isPermitted = access.mayEverywhere } else { isPermitted = { access.scope($0) != .nothing } }
            let missing = rights.filter { !isPermitted($0) }
            if !missing.isEmpty { throw Problem.mayNot(missing) }
            return
        case .camera(let parameter):
            guard let camera = context.parameters.get(parameter), Identifier.isValid(camera) else { throw absent }
            place = (try await CameraSites(fleet: fleet).site(of: camera), camera)
        case .node(let parameter):
            guard let node = context.parameters.get(parameter), let site = try await fleet.fleetNode(node)?.site else {
                throw absent
            }
            place = (site, "")
        case .site(let parameter): place = (context.parameters.get(parameter), "")
        case .event(let parameter):
            guard let id = context.parameters.get(parameter).flatMap({ EventID($0) }), let event = try await events.event(id)?.event else {
                throw absent
            }
            place = (event.site, event.sourceID)
        case .recording(let parameter):
            guard let id = context.parameters.get(parameter).flatMap({ EventID($0) }), let segment = try await recordings.segment(id) else {
                throw absent
            }
            place = (segment.summary.site, segment.summary.camera)
        }
        func may(_ right: Right) -> Bool { access.may(right, site: place.site, camera: place.camera) }
        guard may(.see) else { throw absent }
        let missing = rights.filter { !may($0) }
        if !missing.isEmpty { throw Problem.mayNot(missing) }
        context.mayIdentify = may(.identify)
    }

    private static func encode(_ text: String) -> String {
        var out = ""
        for byte in text.utf8.prefix(1024) {
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-_.~/".utf8.contains(byte)
            out += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return out
    }
}
