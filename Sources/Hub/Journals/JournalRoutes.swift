import Base
private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// The journals: what animals were seen, when and where somebody was, and what somebody says of an animal.
package struct JournalRoutes: Sendable {
    let journals: Journals
    let accounts: Accounts
    let clock: any WallClock

    private var store: any HubStore { journals.store }

    private static let bodyLimit = 4096
    /// Days of one answer, and how many are meant where a request does not say.
    private static let longest = 366.0
    private static let standard = 365.0
    /// Events that are counted for one answer, and events of one reading.
    private static let limit = 50_000
    private static let pageSize = 1000

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/wildlife") { request, context in try await wildlife(QueryParameters(request.uri.query), context) }
        router.get("/api/v1/wildlife.csv") { request, context in try await table(QueryParameters(request.uri.query), context) }
        router.get("/api/v1/sightings.csv") { request, context in try await sightings(QueryParameters(request.uri.query), context) }
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
        let columns = ["time", "local_time", "time_zone", "site", "camera", "animal", "known_by", "score", "seconds", "event"]
        return try await table("wildlife", columns, query, context) { stored, out in
            let sighting = AnimalSighting(stored)
            CSVText.append(
                [
                    sighting.ts.rfc3339, CSVText.local(sighting.ts, clocks, sighting.site), clocks.zone(of: sighting.site), sighting.site,
                    sighting.camera, sighting.animal, sighting.level.rawValue, sighting.score.map(CSVText.number) ?? "",
                    sighting.end.map { CSVText.number($0.seconds(since: sighting.ts)) } ?? "", sighting.event.description,
                ], to: &out)
        }
    }

    // MARK: Who was seen

    /// The same of people or pets.
    private func sightings(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        guard let kind = parameters.first("kind").flatMap({ IndividualKind(rawValue: $0) }) else {
            throw Problem.parameter("kind", "must be person or pet")
        }
        let individual = try parameters.id("individual")
        if let individual, try await store.individual(individual)?.kind != kind { throw Problem.noIndividual }
        let table = SightingTable(kind: kind, individual: individual, clocks: try await journals.clocks())
        var query = try query(parameters, of: table.types, context)
        query.individual = individual
        return try await self.table(kind == .person ? "people" : "pets", SightingTable.columns, query, context) { stored, out in
            table.append(stored, to: &out)
        }
    }

    /// All lines, however many, as they are read. The first are waited for, so that a store that does not answer is told and not broken off.
    private func table(
        _ name: String, _ columns: [String], _ query: EventQuery, _ context: WebContext,
        line: @escaping @Sendable (StoredEvent, inout [UInt8]) -> Void
    ) async throws -> Response {
        var lines: [UInt8] = []
        CSVText.append(columns, to: &lines)
        let first = try await page(query)
        for event in first.events { line(event, &lines) }
        let (head, rest) = (ByteBuffer(bytes: lines), first.next)
        let watch = SessionWatch(context.session, accounts, clock)
        let body = ResponseBody { writer in
            var watch = watch
            var next = rest
            try await writer.write(head)
            while let query = next {
                // Less than there is: the connection is closed, and a browser says that the file is not whole.
                if await watch.isOver() { throw Problem.unauthorized }
                let page = try await page(query)
                var lines: [UInt8] = []
                for event in page.events { line(event, &lines) }
                try await writer.write(ByteBuffer(bytes: lines))
                next = page.next
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"\(name).csv\"",
            ], body: body)
    }

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
        (query.types, query.from, query.to, query.limit) = (types, from, to, Self.pageSize)
        return query
    }

    /// Reads events newest first, as many as one answer counts.
    /// - Returns: Whether there are more.
    private func read(_ query: EventQuery, _ body: (StoredEvent) -> Void) async throws(StoreError) -> Bool {
        var next: EventQuery? = query
        var count = 0
        while let query = next {
            guard count < Self.limit else { return true }
            let page = try await page(query)
            for event in page.events { body(event) }
            count += page.events.count
            next = page.next
        }
        return false
    }

    /// Not inlined: see `Journals`.
    /// - Returns: The newest events, and what to ask for to have those after them; nil where there are none.
    @inline(never)
    private func page(_ query: EventQuery) async throws(StoreError) -> (events: [StoredEvent], next: EventQuery?) {
        let events = try await store.events(query)
        guard events.count == query.limit, let last = events.last else { return (events, nil) }
        var next = query
        next.before = (last.event.ts, last.event.id)
        return (events, next)
    }
}
