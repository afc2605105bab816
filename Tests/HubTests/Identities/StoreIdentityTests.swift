import Base
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, part of who was seen. To a store a portrait is bytes.
@Suite struct StoreIdentityTests {
    private static func facts(_ event: EventID, rank: Int = 1, kind: PortraitKind = .face, node: String = "porch") -> PortraitFacts {
        PortraitFacts(event: event, node: node, rank: rank, track: 7, kind: kind, model: "m")
    }

    private static func anna(_ id: UInt64 = 1, kind: IndividualKind = .person, name: String = "Anna \"A.\"") -> Individual {
        Individual(
            id: EventID(high: 0x0192_F6C2_0000_7000, low: id), kind: kind, name: name, profile: .household,
            createdAt: Timestamp(microseconds: 5_000_000), createdBy: "admin")
    }

    /// What is said of who was seen: in the list, in the one, and in what is published.
    private static func said(_ store: any HubStore, _ event: EventID) async throws -> [JSONObject] {
        let one = try #require(try await store.event(event)).identities
        let listed = try await store.events(EventQuery()).first { $0.event.id == event }?.identities
        #expect(listed == one)
        let array = try JSONObject(Array("{\"all\":".utf8) + one + [UInt8(ascii: "}")])
        return try (try array.elements("all") ?? []).map { try JSONObject(Array(array.bytes[$0])) }
    }

    @Test(arguments: StoreKind.allCases)
    func `A portrait is kept with its event, a better one takes its place, and is to be compared`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event()
        #expect(try await store.putPortrait(Self.facts(event.id), box: [1], at: maker.start) == .unknownEvent)
        _ = try await store.ingest(maker.batch([event]))
        #expect(try await store.putPortrait(Self.facts(event.id, node: "garden"), box: [1], at: maker.start) == .foreignEvent)
        #expect(try await store.portrait(of: event.id) == nil)
        #expect(try await Self.said(store, event.id).isEmpty)
        #expect(try await store.putPortrait(Self.facts(event.id, rank: 2), box: [1, 2], at: maker.start) == .stored)
        #expect(try await store.putPortrait(Self.facts(event.id, rank: 2), box: [3], at: maker.start) == .kept)
        #expect(try await store.putPortrait(Self.facts(event.id, rank: 1), box: [3], at: maker.start) == .kept)
        let expected = StoredPortrait(
            event: event.id, site: event.site, camera: event.sourceID, ts: event.ts, node: "porch", rank: 2, kind: .face, model: "m",
            box: [1, 2], state: .pending, individual: nil, isByAccount: false)
        #expect(try await store.portrait(of: event.id) == expected)
        #expect(try await store.duePortraits(limit: 10) == [expected])
        #expect(try await store.duePortraits(limit: 0) == [])
        let decision = IdentityDecision(state: .unknown, time: maker.start)
        // What was compared is not the portrait that there is.
        #expect(try await !store.decide(event.id, rank: 1, decision))
        #expect(try await store.duePortraits(limit: 10).count == 1)
        #expect(try await store.decide(event.id, rank: 2, decision))
        #expect(try await store.duePortraits(limit: 10) == [])
        #expect(try await store.portraits(.face, [.unknown], limit: 5).map(\.event) == [event.id])
        #expect(try await store.portraits(.face, [.pending, .known], limit: 5) == [])
        #expect(try await store.portraits(.animal, [.unknown], limit: 5) == [])
        #expect(try await store.putPortrait(Self.facts(event.id, rank: 9), box: [9], at: maker.start) == .stored)
        #expect(try await store.duePortraits(limit: 10).map(\.box) == [[9]])
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Each thing that is said of who was seen is a change in the feed, with their name, and a node's revision leaves it`(
        _ kind: StoreKind
    ) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await store.ingest(maker.batch([event]))
        _ = try await store.putPortrait(Self.facts(event.id), box: [1], at: maker.start)
        try await store.putIndividual(Self.anna())
        #expect(try await store.stampAll().count == 1)
        let decision = IdentityDecision(state: .probable, individual: Self.anna().id, score: 0.412, time: maker.start)
        #expect(try await store.decide(event.id, rank: 1, decision))
        // The same once more is no change.
        #expect(try await !store.decide(event.id, rank: 1, decision))
        let published = try #require(try await store.stampAll().first)
        let summary = try JSONObject(published.json)
        let identities = try #require(try summary.elements("identities"))
        #expect(identities.count == 1)
        let who = try JSONObject(Array(summary.bytes[identities[0]]))
        #expect(who.integer("track") == 7 && who.string("kind") == "person" && who.string("state") == "probable")
        #expect(who.string("name") == Self.anna().name && who.string("id") == Self.anna().id.description)
        #expect(who.double("score") == 0.412)
        #expect(try await store.feed(after: 0, limit: 10).events.last?.json == published.json)
        _ = try await store.ingest(maker.batch([try maker.event(id: event.id, rev: 2, ts: event.ts)]))
        #expect(try await Self.said(store, event.id).map { $0.string("name") } == [Self.anna().name])
        _ = try await store.stampAll()

        // What somebody says stands, whatever is compared after that.
        let other = Self.anna(2, name: "Ben")
        try await store.putIndividual(other)
        #expect(
            try await store.decide(event.id, rank: 1, .init(state: .known, individual: other.id, account: "admin", time: maker.start)))
        #expect(try await !store.decide(event.id, rank: 1, decision))
        try await store.reconsider(.face)
        #expect(try await store.duePortraits(limit: 5) == [])
        #expect(try await Self.said(store, event.id).map { $0.string("name") } == ["Ben"])
        #expect(try await store.stampAll().count == 1)
        // Another name, and it is said of their events.
        try await store.putIndividual(Self.anna(2, name: "Benno"))
        #expect(try await store.stampAll().count == 1)
        #expect(try await Self.said(store, event.id).map { $0.string("name") } == ["Benno"])
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Somebody who is taken away is nowhere any more, and their events stay`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let events = try (0..<3).map { try maker.event(ts: maker.start.advanced(bySeconds: Double($0))) }
        _ = try await store.ingest(maker.batch(events))
        let (anna, ben) = (Self.anna(1, name: "Anna"), Self.anna(2, name: "Ben"))
        for one in [anna, ben] { try await store.putIndividual(one) }
        for (event, who) in zip(events, [anna, anna, ben]) {
            _ = try await store.putPortrait(Self.facts(event.id), box: [UInt8(event.seq)], at: maker.start)
            try await store.addToGallery(event.id, who.id, by: "admin", at: maker.start)
            #expect(try await store.decide(event.id, rank: 1, .init(state: .known, individual: who.id, account: "a", time: maker.start)))
        }
        _ = try await store.stampAll()
        let records = try await store.individuals(.person)
        #expect(
            records.map(\.individual.name) == ["Anna", "Ben"] && records.map(\.pictures) == [2, 1] && records.map(\.sightings) == [2, 1])
        #expect(records[0].firstSeen == events.prefix(2).map(\.ts).min() && records[0].lastSeen == events.prefix(2).map(\.ts).max())
        #expect(try await store.individuals(.pet) == [])
        #expect(try await store.individuals(nil).count == 2)
        #expect(try await store.gallery(.person).map(\.individual) == [anna.id, anna.id, ben.id])

        #expect(try await store.eraseIndividual(anna.id))
        #expect(try await !store.eraseIndividual(anna.id))
        #expect(try await store.individual(anna.id) == nil)
        #expect(try await store.individual(ben.id) == ben)
        #expect(try await store.gallery(.person).map(\.event) == [events[2].id])
        #expect(try await store.portrait(of: events[0].id) == nil)
        #expect(try await store.portrait(of: events[2].id) != nil)
        #expect(try await Self.said(store, events[0].id).isEmpty)
        #expect(try await Self.said(store, events[2].id).count == 1)
        #expect(try await store.stampAll().count == 2)
        #expect(try await store.events(EventQuery()).count == 3)
        // It was compared with somebody who is gone by now.
        _ = try await store.putPortrait(Self.facts(events[0].id), box: [1], at: maker.start)
        #expect(try await !store.decide(events[0].id, rank: 1, .init(state: .known, individual: anna.id, score: 1, time: maker.start)))
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Strangers are forgotten after their time, those who have a name and animals are not`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let events = try (0..<4).map { try maker.event(ts: maker.start.advanced(bySeconds: Double($0))) }
        _ = try await store.ingest(maker.batch(events))
        try await store.putIndividual(Self.anna())
        for event in events {
            let kind: PortraitKind = event.id == events[3].id ? .animal : .face
            _ = try await store.putPortrait(Self.facts(event.id, kind: kind), box: [1], at: maker.start)
        }
        #expect(
            try await store.decide(events[1].id, rank: 1, .init(state: .known, individual: Self.anna().id, score: 1, time: maker.start)))
        _ = try await store.stampAll()
        #expect(try await store.forgetStrangers(before: events[2].ts) == 1)
        #expect(try await store.portrait(of: events[0].id) == nil)
        #expect(try await store.portrait(of: events[2].id) != nil)
        #expect(try await store.stampAll().map(\.id) == [events[0].id])
        #expect(try await store.forgetStrangers(before: nil) == 1)
        #expect(try await store.portrait(of: events[1].id) != nil)
        #expect(try await store.portrait(of: events[3].id) != nil)
        #expect(try await store.recognition() == nil)
        for isOn in [true, false] {
            let choice = RecognitionChoice(isOn: isOn, ground: "Our home", changedAt: maker.start, changedBy: "admin")
            try await store.setRecognition(choice)
            #expect(try await store.recognition() == choice)
        }
        // Events that go take theirs along; what somebody is known by stays.
        try await store.addToGallery(events[1].id, Self.anna().id, by: "admin", at: maker.start)
        _ = try await store.maintain(now: maker.start.advanced(bySeconds: 400 * 86_400), eventDays: 1, feedDays: 1)
        #expect(try await store.events(EventQuery()).isEmpty)
        #expect(try await store.portrait(of: events[1].id) == nil)
        #expect(try await store.gallery(.person).count == 1)
    }
}
