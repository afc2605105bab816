import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// What rules are made of: `/api/v1/rules`, where cameras look, and which clock a site has.
package struct RuleRoutes: Sendable {
    let journals: Journals
    let clock: any WallClock

    private var store: any HubStore { journals.store }

    private static let bodyLimit = 4096

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/rules") { _, _ in try await list() }
        router.post("/api/v1/rules") { request, context in try await add(request, context) }
        router.delete("/api/v1/rules/:id") { _, context in
            guard let id = context.parameters.get("id").flatMap({ EventID($0) }), try await journals.deleteRule(id) else {
                throw Problem.noRule
            }
            journals.onChange()
            return Response(status: .noContent)
        }
        router.get("/api/v1/places") { _, context in try await places(context.access.scope(.see)) }
        router.put("/api/v1/cameras/:id/place") { request, context in try await setPlace(request, context) }
        router.get("/api/v1/sites") { _, context in try await sites(context.access.scope(.see)) }
        router.put("/api/v1/sites/:site") { request, context in try await setTimeZone(request, context) }
    }

    // MARK: Rules

    private func list() async throws -> Response {
        let reader = PetRules(store: store)
        let clocks = try await journals.clocks()
        var out = Array("{\"items\":[".utf8)
        for (index, rule) in try await store.petRules().enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(rule, waits: try await reader.outcome(rule, clocks: clocks, now: clock.now).waits, to: &out)
        }
        return Response(json: out + Array("],\"next\":null}".utf8))
    }

    private func append(_ rule: PetRule, waits: String?, to out: inout [UInt8]) {
        out += Array("{\"id\":\"\(rule.id)\",\"individual\":\"\(rule.individual)\",".utf8)
        switch rule.condition {
        case .outside(let from, let to):
            let (from, to) = (PetRuleJudge.clock(from), PetRuleJudge.clock(to))
            out += Array("\"condition\":\"outside\",\"from\":\"\(from)\",\"to\":\"\(to)\",\"hours\":null".utf8)
        case .unseen(let hours): out += Array("\"condition\":\"unseen\",\"from\":null,\"to\":null,\"hours\":\(hours)".utf8)
        }
        out += Array(",\"waits\":".utf8)
        if let waits { JSONText.append(waits, to: &out) } else { out += Array("null".utf8) }
        out += Array(",\"created_at\":\"\(rule.createdAt.rfc3339)\",\"created_by\":".utf8)
        JSONText.append(rule.createdBy, to: &out)
        out.append(UInt8(ascii: "}"))
    }

    private struct New: Decodable {
        let individual: String
        let condition: String
        let from: String?
        let to: String?
        let hours: Int?

        var rule: PetRule.Condition? {
            switch condition {
            case "outside":
                guard let from = from.flatMap(Self.minute), let to = to.flatMap(Self.minute), hours == nil else { return nil }
                return PetRule.Condition(kind: condition, first: from, second: to)
            case "unseen":
                guard let hours, from == nil, to == nil else { return nil }
                return PetRule.Condition(kind: condition, first: hours, second: 0)
            default: return nil
            }
        }

        /// Of "22:00".
        private static func minute(_ text: String) -> Int? {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard text.utf8.count == 5, parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isNumber) }),
                let hour = UInt8(parts[0]), let minute = UInt8(parts[1]), hour < 24, minute < 60
            else {
                return nil
            }
            return Int(hour) * 60 + Int(minute)
        }
    }

    private func add(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let new = try? NodeJSON.decode(New.self, from: body), let condition = new.rule else {
            throw Problem.body(
                "Send a JSON object with individual (a pet's id) and condition: outside with from and to (different times such as 22:00), or "
                    + "unseen with hours (1 to 720).")
        }
        guard let individual = EventID(new.individual) else { throw Problem.noIndividual }
        let rule = PetRule(
            id: EventID(at: clock.now), individual: individual, condition: condition, createdAt: clock.now, createdBy: session.account)
        switch try await journals.add(rule) {
        case .unknownPet: throw Problem.noIndividual
        case .tooMany:
            throw Problem(.conflict, "too-many-rules", "Too many rules", "There are \(PetRule.limit) rules already; delete one first.")
        case .added: break
        }
        journals.onChange()
        let reader = PetRules(store: store)
        let waits = try await reader.outcome(rule, clocks: try await journals.clocks(), now: clock.now).waits
        var out: [UInt8] = []
        append(rule, waits: waits, to: &out)
        return Response(status: .created, json: out)
    }

    // MARK: Where cameras look

    private func places(_ scope: AccessScope) async throws -> Response {
        let places = try await store.places()
        var out = Array("{\"items\":[".utf8)
        let cameras = try await store.cameras().map(\.id)
        let permitted = try await CameraSites(fleet: store).those(of: Set(cameras), in: scope)
        for (index, camera) in cameras.filter(permitted.contains).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += Array("{\"camera\":".utf8)
            JSONText.append(camera, to: &out)
            out += Array(",\"place\":\(places[camera].map { "\"\($0.rawValue)\"" } ?? "null")}".utf8)
        }
        return Response(json: out + Array("],\"next\":null}".utf8))
    }

    private func setPlace(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let camera = context.parameters.get("id"), Identifier.isValid(camera) else { throw Problem.noCamera }
        let body = try await request.body(upTo: Self.bodyLimit)
        let object = try? JSONObject(body)
        let place = object?.string("place").flatMap(CameraPlace.init(rawValue:))
        guard let object, place != nil || object.isNull("place") else {
            throw Problem.body("Send a JSON object with place: indoor, outdoor, entrance or null.")
        }
        guard try await journals.setPlace(place, of: camera) else { throw Problem.noCamera }
        journals.onChange()
        return Response(status: .noContent)
    }

    // MARK: Sites' clocks

    private func sites(_ scope: AccessScope) async throws -> Response {
        let zones = try await store.timeZones()
        let clocks = SiteClocks(zones: zones)
        let former = Set(zones.keys).union(try await store.facets(scope).sites).filter(scope.contains)
        // Whoever sees a single camera is told the clock of its site.
        let names = former.union(try await NodeOverview.all(from: store, scope).map(\.node.site))
        var out = Array("{\"items\":[".utf8)
        for (index, site) in names.sorted().enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += Array("{\"site\":".utf8)
            JSONText.append(site, to: &out)
            out += Array(",\"time_zone\":\"\(clocks.zone(of: site))\",\"is_standard\":\(zones[site] == nil)}".utf8)
        }
        return Response(json: out + Array("],\"next\":null}".utf8))
    }

    private func setTimeZone(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let site = context.parameters.get("site"), Identifier.isValid(site) else { throw Problem.parameter("site", Identifier.rule) }
        let body = try await request.body(upTo: Self.bodyLimit)
        let object = try? JSONObject(body)
        let zone = object?.string("time_zone")
        guard let object, zone.map(SiteClocks.isZone) ?? object.isNull("time_zone") else {
            throw Problem.body(
                "Send a JSON object with time_zone: a name of the tz database such as Europe/Berlin, or null for the hub's own.")
        }
        try await store.setTimeZone(zone, of: site)
        journals.onChange()
        return Response(status: .noContent)
    }
}
