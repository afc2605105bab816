import Base
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, part of who was seen. To a store a portrait is bytes.
@Suite(.storeTurns) struct StoreIdentityTests {
    private static func facts(_ event: EventID, rank: Int = 1, kind: PortraitKind = .face, node: String = "porch") -> PortraitFacts {
        PortraitFacts(event: event, node: node, rank: rank, track: 7, kind: kind, model: "m")
    }

    private static func individual(_ id: UInt64, _ name: String, _ kind: IndividualKind = .person) -> Individual {
        Individual(
            id: EventID(high: 0x0192_F6C2_0000_7000, low: id), kind: kind, name: name, profile: .household,
            createdAt: Timestamp(microseconds: 5_000_000), createdBy: "admin")
    }

    /// A store with some events, a second apart, of which all changes are stamped; people are recognised.
    private static func withEvents(
        _ kind: StoreKind, _ count: Int, _ body: (any HubStore, [Event], EventMaker) async throws -> Void
    ) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        var maker = EventMaker()
        let events = try (0..<count).map { try maker.event(type: "person", ts: maker.start.advanced(bySeconds: Double($0))) }
        _ = try await fixture.store.ingest(maker.batch(events))
        try await fixture.store.setRecognition(choice(true, maker.start))
        _ = try await fixture.store.stampAll()
        try await body(fixture.store, events, maker)
        #expect(try await fixture.store.check() == [])
    }

    private static func choice(_ isOn: Bool, _ time: Timestamp) -> RecognitionChoice {
        RecognitionChoice(isOn: isOn, ground: "Our home", changedAt: time, changedBy: "admin")
    }

    /// State and name of who is said to be seen in an event: by the list and by the event itself.
    private static func said(_ store: any HubStore, _ event: EventID) async throws -> String {
        let one = try #require(try await store.event(event)).identities
        let listed = try await store.events(EventQuery(.everything)).first { $0.event.id == event }?.identities
        #expect(listed == one)
        return try said(JSONObject(Array("{\"identities\":".utf8) + one + [UInt8(ascii: "}")]))
    }

    private static func said(_ object: JSONObject) throws -> String {
        try (object.elements("identities") ?? []).map { range in
            let who = try JSONObject(Array(object.bytes[range]))
            return "\(who.string("state") ?? "-") \(who.string("name") ?? "-")"
        }.joined(separator: ",")
    }

    /// Decides what is due for all, as it stands.
    private static func decide(
        _ store: any HubStore, _ state: IdentityState, _ individual: EventID? = nil, score: Double? = nil
    ) async throws -> Int {
        let due = try await store.duePortraits(limit: 100)
        return try await store.decide(
            due.map { IdentityDecision($0, state: state, individual: individual, score: score, time: Timestamp(microseconds: 9)) })
    }

    @Test(arguments: StoreKind.allCases)
    func `A portrait is kept with its event, a better one takes its place, and is to be compared`(_ kind: StoreKind) async throws {
        try await Self.withEvents(kind, 1) { store, events, maker in
            let event = try #require(events.first)
            let before = try await store.portrait(of: event.id)
            #expect(before == nil)
            #expect(try await store.putPortrait(Self.facts(EventID(high: 1, low: 1)), box: [1], at: maker.start) == .unknownEvent)
            #expect(try await store.putPortrait(Self.facts(event.id, node: "garden"), box: [1], at: maker.start) == .foreignEvent)
            #expect(try await store.portrait(of: event.id) == nil)
            #expect(try await Self.said(store, event.id) == "")
            #expect(try await store.putPortrait(Self.facts(event.id, rank: 2), box: [1, 2], at: maker.start) == .stored)
            #expect(try await store.putPortrait(Self.facts(event.id, rank: 2), box: [3], at: maker.start) == .kept)
            #expect(try await store.putPortrait(Self.facts(event.id, rank: 1), box: [3], at: maker.start) == .kept)
            let expected = StoredPortrait(
                event: event.id, site: event.site, camera: event.sourceID, ts: event.ts, node: "porch", rank: 2, kind: .face, model: "m",
                box: [1, 2], type: "person", state: .pending, individual: nil, isByAccount: false, due: 1)
            #expect(try await store.portrait(of: event.id) == expected)
            #expect(try await store.duePortraits(limit: 10) == [expected])
            #expect(try await store.duePortraits(limit: 0) == [])
            // A better one has come while the first was compared.
            #expect(try await store.putPortrait(Self.facts(event.id, rank: 3), box: [9], at: maker.start) == .stored)
            #expect(try await store.decide([IdentityDecision(expected, state: .unknown, time: maker.start)]) == 0)
            #expect(try await store.duePortraits(limit: 10).map(\.box) == [[9]])
            #expect(try await Self.decide(store, .unknown) == 1)
            #expect(try await store.duePortraits(limit: 10) == [])
            #expect(try await store.portraits(.face, [.unknown], limit: 5).map(\.event) == [event.id])
            #expect(try await store.portraits(.face, [.pending, .known], limit: 5) == [])
            #expect(try await store.portraits(.animal, [.unknown], limit: 5) == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Whoever is named while portraits are compared is not missed`(_ kind: StoreKind) async throws {
        try await Self.withEvents(kind, 2) { store, events, maker in
            for event in events { _ = try await store.putPortrait(Self.facts(event.id), box: [1], at: maker.start) }
            let read = try await store.duePortraits(limit: 10)
            // Somebody names one, and the other is compared with an older gallery.
            let anna = Self.individual(1, "Anna")
            #expect(try await store.say(.new(anna), in: [events[0].id], by: "admin", at: maker.start) == .done)
            try await store.reconsider(.person)
            #expect(try await store.decide(read.map { IdentityDecision($0, state: .unknown, time: maker.start) }) == 0)
            #expect(try await store.duePortraits(limit: 10).map(\.event) == [events[1].id])
            #expect(try await Self.decide(store, .known, anna.id, score: 0.9) == 1)
            #expect(try await Self.said(store, events[1].id) == "known Anna")
            #expect(try await Self.said(store, events[0].id) == "known Anna")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Each thing that is said of who was seen is a change in the feed, with their name, and a node's revision leaves it`(
        _ kind: StoreKind
    ) async throws {
        try await Self.withEvents(kind, 1) { store, events, maker in
            var maker = maker
            let event = events[0]
            let (anna, ben) = (Self.individual(1, "Anna \"A.\""), Self.individual(2, "Ben"))
            for one in [anna, ben] { #expect(try await store.say(.new(one), in: [], by: "admin", at: maker.start) == .done) }
            _ = try await store.putPortrait(Self.facts(event.id), box: [1], at: maker.start)
            #expect(try await store.stampAll().count == 0)
            #expect(try await Self.decide(store, .probable, anna.id, score: 0.412) == 1)
            let published = try #require(try await store.stampAll().first)
            let summary = try JSONObject(published.json)
            let summarised = try Self.said(summary)
            #expect(summarised == "probable Anna \"A.\"")
            let who = try JSONObject(Array(summary.bytes[try #require(try summary.elements("identities"))[0]]))
            #expect(who.integer("track") == 7 && who.string("kind") == "person" && who.double("score") == 0.412)
            #expect(who.string("id") == anna.id.description)
            #expect(try await store.feed(after: 0, limit: 10).events.last?.json == published.json)
            // The same once more is no change.
            try await store.reconsider(.person)
            #expect(try await Self.decide(store, .probable, anna.id, score: 0.412) == 0)
            #expect(try await store.duePortraits(limit: 5) == [])
            _ = try await store.ingest(maker.batch([try maker.event(id: event.id, rev: 2, type: "person", ts: event.ts)]))
            #expect(try await Self.said(store, event.id) == "probable Anna \"A.\"")
            _ = try await store.stampAll()

            // What somebody says stands, whatever is compared after that.
            #expect(try await store.say(.individual(ben.id), in: [event.id], by: "admin", at: maker.start) == .done)
            #expect(try await store.stampAll().count == 1)
            try await store.reconsider(.person)
            #expect(try await store.duePortraits(limit: 5) == [])
            _ = try await store.putPortrait(Self.facts(event.id, rank: 2), box: [2], at: maker.start)
            #expect(try await store.duePortraits(limit: 5) == [])
            #expect(try await Self.said(store, event.id) == "known Ben")
            // Another name, and it is said of their events.
            #expect(try await store.changeIndividual(ben.id, name: "Benno", profile: nil))
            #expect(try await store.stampAll().count == 1)
            #expect(try await Self.said(store, event.id) == "known Benno")
            #expect(try await store.individual(ben.id)?.profile == .household)
            #expect(try await store.changeIndividual(ben.id, name: nil, profile: .known))
            #expect(try await store.individual(ben.id)?.name == "Benno")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Something is said of all events or of none, and never of the wrong kind`(_ kind: StoreKind) async throws {
        try await Self.withEvents(kind, 3) { store, events, maker in
            let (anna, milo) = (Self.individual(1, "Anna"), Self.individual(2, "Milo", .pet))
            for event in events.prefix(2) { _ = try await store.putPortrait(Self.facts(event.id), box: [1], at: maker.start) }
            let ids = events.map(\.id)
            #expect(try await store.say(.new(anna), in: ids, by: "admin", at: maker.start) == .noPortrait)
            #expect(try await store.individuals(nil) == [])
            #expect(try await store.say(.individual(anna.id), in: [ids[0]], by: "admin", at: maker.start) == .unknownIndividual)
            #expect(try await store.say(.new(milo), in: [ids[0]], by: "admin", at: maker.start) == .wrongKind)
            #expect(try await store.gallery(.pet) == [])
            #expect(try await store.gallery(.person) == [])
            #expect(try await Self.said(store, ids[0]) == "pending -")
            #expect(try await store.say(.new(anna), in: [ids[0], ids[1], ids[0]], by: "admin", at: maker.start) == .done)
            #expect(try await store.gallery(.person).map(\.event).sorted() == ids.prefix(2).sorted())
            #expect(try await store.galleryPortrait(ids[0])?.box == [1])
            // It was not her: nobody is known by it any more.
            #expect(try await store.say(.nobody, in: [ids[0]], by: "admin", at: maker.start) == .done)
            #expect(try await store.gallery(.person).map(\.event) == [ids[1]])
            #expect(try await Self.said(store, ids[0]) == "unknown -")
            #expect(try await store.say(.nobody, in: [ids[2]], by: "admin", at: maker.start) == .noPortrait)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What was taken for an animal and is a person is said of nobody's pet any more`(_ kind: StoreKind) async throws {
        try await Self.withEvents(kind, 1) { store, events, maker in
            let (event, milo) = (events[0], Self.individual(2, "Milo", .pet))
            _ = try await store.putPortrait(Self.facts(event.id, kind: .animal), box: [1], at: maker.start)
            #expect(try await store.say(.new(milo), in: [], by: "admin", at: maker.start) == .done)
            #expect(try await Self.decide(store, .known, milo.id, score: 0.9) == 1)
            _ = try await store.stampAll()
            #expect(try await store.putPortrait(Self.facts(event.id, rank: 2), box: [2], at: maker.start) == .stored)
            #expect(try await Self.said(store, event.id) == "pending -")
            #expect(try await store.gallery(.pet) == [])
            #expect(try await store.stampAll().count == 1)
            #expect(try await store.duePortraits(limit: 5).map(\.kind) == [.face])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What somebody has said of an animal stands, whatever the node takes it for later`(_ kind: StoreKind) async throws {
        try await Self.withEvents(kind, 1) { store, events, maker in
            let (event, milo) = (events[0], Self.individual(2, "Milo", .pet))
            _ = try await store.putPortrait(Self.facts(event.id, kind: .animal), box: [1], at: maker.start)
            #expect(try await store.say(.new(milo), in: [event.id], by: "admin", at: maker.start) == .done)
            _ = try await store.stampAll()
            #expect(try await store.putPortrait(Self.facts(event.id, rank: 2), box: [2], at: maker.start) == .kept)
            #expect(try await Self.said(store, event.id) == "known Milo")
            #expect(try await store.gallery(.pet).map(\.event) == [event.id])
            #expect(try await store.stampAll() == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Somebody who is taken away is nowhere any more, and their events stay`(_ kind: StoreKind) async throws {
        try await Self.withEvents(kind, 4) { store, events, maker in
            let (anna, ben) = (Self.individual(1, "Anna"), Self.individual(2, "Ben"))
            for event in events { _ = try await store.putPortrait(Self.facts(event.id), box: [UInt8(event.seq)], at: maker.start) }
            #expect(try await store.say(.new(anna), in: [events[0].id, events[1].id], by: "admin", at: maker.start) == .done)
            #expect(try await store.say(.new(ben), in: [events[2].id], by: "admin", at: maker.start) == .done)
            let compared = try await store.duePortraits(limit: 5)
            _ = try await store.stampAll()
            let records = try await store.individuals(.person)
            #expect(records.map(\.individual.name) == ["Anna", "Ben"] && records.map(\.pictures) == [2, 1])
            #expect(records.map(\.sightings) == [2, 1] && [events[0].id, events[1].id].contains(records[0].portrait))
            #expect(records[0].firstSeen == events[0].ts && records[0].lastSeen == events[1].ts)
            #expect(try await store.individuals(.pet) == [])
            #expect(try await store.erasures() == 0)

            let erasure = Erasure(
                individual: anna.id, time: maker.start, account: "admin", reason: .request, pictures: .kept)
            #expect(try await store.erase(erasure))
            #expect(try await !store.erase(erasure))
            #expect(try await store.erasures() == 1)
            #expect(try await store.individual(anna.id) == nil)
            #expect(try await store.individual(ben.id) == ben)
            #expect(try await store.gallery(.person).map(\.event) == [events[2].id])
            #expect(try await store.portrait(of: events[0].id) == nil)
            #expect(try await store.galleryPortrait(events[0].id) == nil)
            #expect(try await Self.said(store, events[0].id) == "")
            #expect(try await Self.said(store, events[2].id) == "known Ben")
            #expect(try await store.stampAll().count == 2)
            #expect(try await store.events(EventQuery(.everything)).count == 4)
            // Their face does not come back for that event, and neither do they by another name.
            #expect(try await store.putPortrait(Self.facts(events[0].id, rank: 9), box: [1], at: maker.start) == .kept)
            #expect(try await !store.changeIndividual(anna.id, name: "Anne", profile: nil))
            // It was compared with somebody who is gone by now.
            #expect(
                try await store.decide(
                    compared.map { IdentityDecision($0, state: .known, individual: anna.id, score: 1, time: maker.start) })
                    == 0)
            #expect(try await Self.said(store, events[3].id) == "pending -")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Faces are kept while people are recognised, and strangers are forgotten after their time`(_ kind: StoreKind) async throws {
        try await Self.withEvents(kind, 5) { store, events, maker in
            // The clock of the fourth one's node was ahead: it came before it was seen.
            for (place, event) in events.enumerated() {
                let facts = Self.facts(event.id, kind: place == 4 ? .animal : .face)
                #expect(try await store.putPortrait(facts, box: [1], at: place == 3 ? maker.start : event.ts) == .stored)
            }
            let anna = Self.individual(1, "Anna")
            #expect(try await store.say(.new(anna), in: [events[1].id], by: "admin", at: maker.start) == .done)
            #expect(try await Self.decide(store, .probable, anna.id, score: 0.4) == 4)
            _ = try await store.stampAll()
            #expect(try await store.forgetStrangers(before: events[2].ts, limit: 10) == 2)
            for place in [0, 3] { #expect(try await store.portrait(of: events[place].id) == nil) }
            #expect(try await store.portrait(of: events[2].id) != nil)
            #expect(try await store.stampAll().map(\.id).sorted() == [events[0].id, events[3].id].sorted())

            try await store.setRecognition(Self.choice(false, maker.start))
            #expect(try await store.recognition() == Self.choice(false, maker.start))
            // Probably somebody is nobody who has a name.
            #expect(try await store.forgetStrangers(before: nil, limit: 10) == 1)
            #expect(try await store.forgetStrangers(before: nil, limit: 10) == 0)
            #expect(try await store.portrait(of: events[1].id) != nil)
            #expect(try await store.portrait(of: events[4].id) != nil)
            var maker = maker
            let later = try maker.event(type: "person", ts: maker.start.advanced(bySeconds: 60))
            _ = try await store.ingest(maker.batch([later]))
            #expect(try await store.putPortrait(Self.facts(later.id), box: [1], at: maker.start) == .unwanted)
            #expect(try await store.putPortrait(Self.facts(later.id, kind: .animal), box: [1], at: maker.start) == .stored)
            // Nobody's face is compared meanwhile.
            try await store.reconsider(.pet)
            #expect(try await store.duePortraits(limit: 9).allSatisfy { $0.kind == .animal })

            // Events that go take theirs along; what somebody is known by stays, until somebody says that it is not them.
            _ = try await store.maintain(now: maker.start.advanced(bySeconds: 400 * 86_400), eventDays: 1, feedDays: 1)
            #expect(try await store.events(EventQuery(.everything)).isEmpty)
            #expect(try await store.portrait(of: events[1].id) == nil)
            #expect(try await store.gallery(.person).map(\.event) == [events[1].id])
            #expect(try await store.say(.nobody, in: [events[1].id], by: "admin", at: maker.start) == .done)
            #expect(try await store.gallery(.person) == [])
        }
    }
}
