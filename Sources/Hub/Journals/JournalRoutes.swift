import Base
private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// The journals: what animals were seen, when and where somebody was, and what somebody says of an animal.
package struct JournalRoutes: Sendable {
    let journals: Journals
    let clock: any WallClock

    private var store: any HubStore { journals.store }

    private static let bodyLimit = 4096
    /// Days of one answer, and how many are meant where a request does not say.
    private static let longest = 366.0
    private static let standard = 365.0
    /// Events of one answer, and of one reading.
    private static let limit = 50_000
    private static let page = 1000

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/wildlife") { request, context in try await wildlife(QueryParameters(request.uri.query), context) }
        router.get("/api/v1/wildlife.csv") { request, context in try await table(QueryParameters(request.uri.query), context) }
        router.put("/api/v1/events/:id/species") { request, context in try await say(request, context) }
        router.get("/api/v1/individuals/:id/activity") { request, context in
            try await activity(QueryParameters(request.uri.query), context)
        }
    }

    // MARK: Wildlife

    private func wildlife(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        let query = try query(parameters, of: ["wildlife"], context)
        var journal = WildlifeJournal(clocks: try await journals.clocks())
        let isCut = try await read(query) { journal.add(AnimalSighting($0)) }
        return Response(json: JournalJSON.wildlife(journal.entries, query, isCut: isCut))
    }

    /// For spreadsheets. Times stand in UTC and as the site's clock showed them.
    private func table(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        let query = try query(parameters, of: ["wildlife"], context)
        let clocks = try await journals.clocks()
        var out: [UInt8] = []
        CSVText.append(
            ["time", "local_time", "time_zone", "site", "camera", "animal", "known_by", "score", "seconds", "event"], to: &out)
        _ = try await read(query) { stored in
            let sighting = AnimalSighting(stored)
            CSVText.append(
                [
                    sighting.ts.rfc3339, Self.local(sighting.ts, clocks, sighting.site), clocks.zone(of: sighting.site), sighting.site,
                    sighting.camera, sighting.animal, sighting.level.rawValue, sighting.score.map(Self.number) ?? "",
                    sighting.end.map { Self.number($0.seconds(since: sighting.ts)) } ?? "", sighting.event.description,
                ], to: &out)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"wildlife.csv\"",
            ], body: .init(byteBuffer: ByteBuffer(bytes: out)))
    }

    /// "2026-11-27 08:05", as spreadsheets read it.
    private static func local(_ time: Timestamp, _ clocks: SiteClocks, _ site: String) -> String {
        let moment = clocks.moment(time, at: site)
        func two(_ number: Int) -> String { "\(number < 10 ? "0" : "")\(number)" }
        return "\(moment.year)-\(two(moment.month))-\(two(moment.day)) \(two(moment.hour)):\(two(moment.minute))"
    }

    private static func number(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

    // MARK: Somebody's days

    private func activity(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }), let individual = try await store.individual(id) else {
            throw Problem.noIndividual
        }
        var query = try query(parameters, of: ["person", "face", "pet", "wildlife"], context)
        query.individual = individual.id
        var activity = IndividualActivity(clocks: try await journals.clocks(), now: clock.now)
        let isCut = try await read(query) { activity.add($0) }
        return Response(json: JournalJSON.activity(activity, places: try await store.places(), query, isCut: isCut))
    }

    // MARK: What an animal is

    private func say(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        guard let event = context.parameters.get("id").flatMap({ EventID($0) }) else { throw Problem.noAnimal }
        let species = try Self.species(try await request.body(upTo: Self.bodyLimit))
        guard try await journals.setSpecies(species, of: event, by: session.account, at: clock.now) else { throw Problem.noAnimal }
        return Response(status: .noContent)
    }

    /// What animal a body says that it is; nil where it takes that back.
    private static func species(_ body: [UInt8]) throws(Problem) -> String? {
        guard let object = try? JSONObject(body), object.isNull("species") || object.string("species") != nil,
            object.string("species").map(Individual.isName) ?? true
        else { throw Problem.body("Send a JSON object with species: what animal it is (1 to 100 characters), or null to take that back.") }
        return object.string("species")
    }

    // MARK: Reading

    /// - Throws: `Problem` naming the bad parameter.
    private func query(_ parameters: QueryParameters, of types: [String], _ context: WebContext) throws(Problem) -> EventQuery {
        var query = EventQuery(context.access.scope(.see))
        let to = try parameters.time("to") ?? clock.now
        let from = try parameters.time("from") ?? to.advanced(bySeconds: -Self.standard * 86_400)
        guard from < to, to.seconds(since: from) <= Self.longest * 86_400 else {
            throw Problem.parameter("from", "and to must be RFC 3339 times, one after the other, at most 366 days apart")
        }
        query.sites = try parameters.identifiers("site")
        query.cameras = try parameters.identifiers("camera")
        (query.types, query.from, query.to) = (types, from, to)
        return query
    }

    /// Reads events newest first, as many as one answer takes.
    /// - Returns: Whether there are more.
    private func read(_ query: EventQuery, _ body: (StoredEvent) -> Void) async throws(StoreError) -> Bool {
        var query = query
        query.limit = Self.page
        var count = 0
        while count < Self.limit {
            let events = try await store.events(query)
            for event in events { body(event) }
            count += events.count
            guard events.count == Self.page, let last = events.last else { return false }
            query.before = (last.event.ts, last.event.id)
        }
        return true
    }
}
