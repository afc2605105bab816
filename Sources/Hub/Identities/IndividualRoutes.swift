private import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// Who is known: `/api/v1/individuals`, `/api/v1/strangers`, `/api/v1/recognition`, and who was seen in an event.
package struct IndividualRoutes: Sendable {
    let identities: Identities

    private static let bodyLimit = 16_384
    /// Events of one request.
    private static let eventLimit = 100
    /// Characters of a ground.
    private static let groundLength = 3...1000

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/individuals") { request, _ in
            let kind = try Self.kind(QueryParameters(request.uri.query))
            return Response(json: IdentityJSON.individuals(try await identities.individuals(kind)))
        }
        router.post("/api/v1/individuals") { request, context in try await add(request, context) }
        router.get("/api/v1/individuals/:id") { _, context in
            guard let record = try await identities.record(try Self.id(context)) else { throw Problem.noIndividual }
            return Response(json: IdentityJSON.individual(record))
        }
        router.patch("/api/v1/individuals/:id") { request, context in try await change(request, context) }
        router.put("/api/v1/events/:id/identity") { request, context in try await say(request, context) }
        router.get("/api/v1/strangers") { request, _ in
            guard let kind = try Self.kind(QueryParameters(request.uri.query)) else {
                throw Problem.parameter("kind", "must be person or pet")
            }
            return Response(json: IdentityJSON.strangers(try await identities.strangers(kind.portrait)))
        }
        router.get("/api/v1/recognition") { _, _ in try await recognition() }
        router.put("/api/v1/recognition") { request, context in try await recognise(request, context) }
    }

    private struct New: Decodable {
        let kind: String
        let name: String
        let profile: String?
        /// Events in which they were seen.
        let events: [String]?
        let consent: String?
        let keepUntil: Timestamp?

        enum CodingKeys: String, CodingKey {
            case kind, name, profile, events, consent
            case keepUntil = "keep_until"
        }
    }

    private func add(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let new = try? NodeJSON.decode(New.self, from: body),
            let kind = IndividualKind(rawValue: new.kind),
            Individual.isName(new.name), let profile = Individual.Profile(rawValue: new.profile ?? "known"),
            (new.events ?? []).count <= Self.eventLimit, new.consent.map(Individual.isConsent) ?? true,
            new.keepUntil.map(identities.isToCome) ?? true
        else {
            throw Problem.body(
                "Send a JSON object with kind (person or pet), name (1 to 100 characters), and if wanted profile (household or known), "
                    + "consent (1 to 1000 characters), keep_until (a time to come) and events, a list of at most 100 ids.")
        }
        do {
            let id = try await identities.add(
                kind, name: new.name, profile: profile, consent: new.consent, until: new.keepUntil, in: try Self.events(new.events),
                by: session.account)
            guard let record = try await identities.record(id) else { throw Problem.noIndividual }
            return Response(status: .created, json: IdentityJSON.individual(record))
        } catch let error as RecognitionError { throw Problem(identity: error) }
    }

    private static func events(_ texts: [String]?) throws(Problem) -> [EventID] {
        try (texts ?? []).map { text throws(Problem) in
            guard let event = EventID(text) else { throw Problem(identity: RecognitionError(.noPortrait)) }
            return event
        }
    }

    private struct Change: Decodable {
        let name: String?
        let profile: String?
        /// Events in which they were seen, too.
        let events: [String]?
        let consent: String?
        let keepUntil: Timestamp?

        enum CodingKeys: String, CodingKey {
            case name, profile, events, consent
            case keepUntil = "keep_until"
        }
    }

    private func change(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let change = try? NodeJSON.decode(Change.self, from: body), let object = try? JSONObject(body),
            change.consent.map(Individual.isConsent) ?? true, change.keepUntil.map(identities.isToCome) ?? true,
            change.name.map(Individual.isName) ?? true,
            change.profile == nil || Individual.Profile(rawValue: change.profile ?? "") != nil,
            (change.events ?? []).count <= Self.eventLimit
        else {
            throw Problem.body(
                "Send a JSON object with name (1 to 100 characters), profile (household or known), events, a list of at most 100 ids, "
                    + "consent (1 to 1000 characters, or null), keep_until (a time to come, or null), or several of them.")
        }
        guard let session = context.session else { throw Problem.unauthorized }
        let id = try Self.id(context)
        do {
            if let events = change.events { try await identities.say(.individual(id), in: try Self.events(events), by: session.account) }
        } catch let error as RecognitionError { throw Problem(identity: error) }
        guard try await identities.change(id, name: change.name, profile: change.profile.flatMap { Individual.Profile(rawValue: $0) }),
            var record = try await identities.record(id)
        else { throw Problem.noIndividual }
        if object.raw("consent") != nil || object.raw("keep_until") != nil {
            let consent = object.raw("consent") == nil ? record.individual.consent : change.consent
            let until = object.raw("keep_until") == nil ? record.individual.keepUntil : change.keepUntil
            guard try await identities.setConsent(consent, until: until, of: id), let changed = try await identities.record(id) else {
                throw Problem.noIndividual
            }
            record = changed
        }
        return Response(json: IdentityJSON.individual(record))
    }

    private func say(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        guard let event = context.parameters.get("id").flatMap({ EventID($0) }) else {
            throw Problem(identity: RecognitionError(.noPortrait))
        }
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let object = try? JSONObject(body),
            object.isNull("individual") || object.string("individual") != nil
        else { throw Problem.body("Send a JSON object with individual: an id, or null where it is nobody who has a name.") }
        var saying = Saying.nobody
        if let text = object.string("individual") {
            guard let id = EventID(text) else { throw Problem.noIndividual }
            saying = .individual(id)
        }
        do { try await identities.say(saying, in: [event], by: session.account) } catch let error as RecognitionError {
            throw Problem(identity: error)
        }
        return Response(status: .noContent)
    }

    private struct Choice: Decodable {
        let on: Bool
        let ground: String?
    }

    private func recognise(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let choice = try? NodeJSON.decode(Choice.self, from: body),
            !choice.on || PlainText.isValid(choice.ground ?? "", length: Self.groundLength),
            choice.ground.map({ $0.isEmpty || PlainText.isValid($0, length: Self.groundLength) }) ?? true
        else {
            throw Problem.body(
                "Send a JSON object with on (true or false) and, to turn it on, ground: why people may be recognised here, in 3 to 1000 characters."
            )
        }
        try await identities.setRecognition(choice.on, ground: choice.ground ?? "", by: session.account)
        return try await recognition()
    }

    private func recognition() async throws -> Response {
        Response(json: IdentityJSON.recognition(try await identities.recognition(), strangerDays: identities.strangerDays))
    }

    private static func kind(_ parameters: QueryParameters) throws(Problem) -> IndividualKind? {
        guard let text = parameters.first("kind") else { return nil }
        guard let kind = IndividualKind(rawValue: text) else { throw Problem.parameter("kind", "must be person or pet") }
        return kind
    }

    private static func id(_ context: WebContext) throws(Problem) -> EventID {
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }) else { throw Problem.noIndividual }
        return id
    }
}
