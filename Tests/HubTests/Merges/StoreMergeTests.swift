import Base
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, part of merging and splitting.
@Suite(.storeTurns) struct StoreMergeTests {
    private static func individual(_ low: UInt64, _ name: String, _ kind: IndividualKind = .pet, until: Timestamp? = nil) -> Individual {
        Individual(
            id: EventID(high: 0x0192_F6C2_0000_7000, low: low), kind: kind, name: name, profile: .household,
            createdAt: Timestamp(microseconds: 5_000_000), createdBy: "admin", consent: "Agrees", keepUntil: until)
    }

    private static let milo = individual(1, "Milo")
    private static let ben = individual(2, "Ben")
    private static let carla = individual(3, "Carla")

    /// Eight events with portraits of animals. Milo is said of the first two, Ben of the third and compared in the fourth, Carla said of the fifth.
    private struct Site {
        let fixture: StoreFixture
        let events: [EventID]
        let start: Timestamp

        var store: any HubStore { fixture.store }

        init(_ kind: StoreKind) async throws {
            fixture = try await StoreFixture.open(kind)
            var maker = EventMaker()
            start = maker.start
            let made = try (0..<8).map { try maker.event(type: "pet", ts: maker.start.advanced(bySeconds: Double($0))) }
            events = made.map(\.id)
            _ = try await fixture.store.ingest(maker.batch(made))
            for event in events {
                let facts = PortraitFacts(event: event, node: "porch", rank: 1, track: 7, kind: .animal, model: "m")
                #expect(try await fixture.store.putPortrait(facts, box: [1], at: start) == .stored)
            }
            for (whom, places) in [(milo, [0]), (ben, [2]), (carla, [4])] { try await say(.new(whom), places) }
            try await say(.individual(milo.id), [1])
            try await compare([3: ben.id])
        }

        func say(_ saying: Saying, _ places: [Int]) async throws {
            #expect(try await store.say(saying, in: places.map { events[$0] }, by: "admin", at: start) == .done)
        }

        /// Compares all that is due: events of these places are somebody's, the rest nobody's.
        func compare(_ known: [Int: EventID]) async throws {
            let whom = Dictionary(uniqueKeysWithValues: known.map { (events[$0], $1) })
            let decisions = try await store.duePortraits(limit: 100).map {
                IdentityDecision(
                    $0, state: whom[$0.event] == nil ? .unknown : .known, individual: whom[$0.event],
                    score: whom[$0.event].map { _ in 0.9 },
                    time: start)
            }
            _ = try await store.decide(decisions)
            _ = try await store.stampAll()
        }

        /// Who is said to be seen in the events.
        func said() async throws -> [String] {
            var out: [String] = []
            for event in events {
                let identities = try #require(try await store.event(event)).identities
                let names = try JSONObject.elements(of: identities, in: identities.indices).map {
                    let who = try JSONObject(Array(identities[$0]))
                    return who.string("name") ?? who.string("state") ?? "?"
                }
                out.append(names.joined(separator: ","))
            }
            return out
        }

        /// Places of the events that were published again.
        func published() async throws -> [Int] {
            try await Set(store.stampAll().map(\.id)).compactMap { events.firstIndex(of: $0) }.sorted()
        }

        func due() async throws -> [Int] {
            try await store.duePortraits(limit: 100).compactMap { events.firstIndex(of: $0.event) }.sorted()
        }

        func pictures(of individual: Individual) async throws -> [Int] {
            try await store.galleryEvents(of: individual.id).compactMap { events.firstIndex(of: $0) }.sorted()
        }

        func merge(_ other: Individual, into individual: Individual) async throws -> Merge.Outcome {
            try await store.merge(other.id, into: individual.id, by: "admin", at: start)
        }

        func close() async throws {
            #expect(try await store.check() == [])
            fixture.close()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Two are one with all that is theirs, and two again with what each had`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        let store = site.store
        #expect(try await site.said() == ["Milo", "Milo", "Ben", "Ben", "Carla", "unknown", "unknown", "unknown"])
        #expect(try await site.due() == [])
        #expect(try await site.merge(Self.ben, into: Self.milo) == .done)
        #expect(try await site.said() == ["Milo", "Milo", "Milo", "Milo", "Carla", "unknown", "unknown", "unknown"])
        #expect(try await site.published() == [2, 3])
        // What was compared is compared again, what somebody said stands.
        #expect(try await site.due() == [3, 5, 6, 7])
        #expect(try await site.pictures(of: Self.milo) == [0, 1, 2])
        #expect(try await Set(store.gallery(.pet).map(\.individual)) == [Self.milo.id, Self.carla.id])
        #expect(try await store.individual(Self.ben.id) == nil)
        #expect(try await store.individuals(.pet).map(\.individual.name) == ["Carla", "Milo"])
        var query = EventQuery(.everything)
        query.individual = Self.milo.id
        #expect(try await store.events(query).count == 4)
        let merge = Merge(id: Self.ben.id, into: Self.milo.id, individual: Self.ben, pictures: 1, time: site.start, account: "admin")
        #expect(try await store.merges(of: Self.milo.id) == [merge])
        #expect(try await store.merges(of: Self.carla.id) == [])

        // What is said of them while they are one stays, also where it was the other's before.
        try await site.compare([3: Self.milo.id, 6: Self.milo.id])
        try await site.say(.individual(Self.milo.id), [5])
        _ = try await site.published()
        #expect(try await !store.split(Self.ben.id, from: Self.carla.id))
        #expect(try await store.split(Self.ben.id, from: Self.milo.id))
        #expect(try await site.said() == ["Milo", "Milo", "Ben", "Milo", "Carla", "Milo", "Milo", "unknown"])
        #expect(try await site.published() == [2])
        #expect(try await site.due() == [3, 6, 7])
        #expect(try await site.pictures(of: Self.milo) == [0, 1, 5])
        #expect(try await site.pictures(of: Self.ben) == [2])
        #expect(try await store.individual(Self.ben.id) == Self.ben)
        #expect(try await store.merges(of: Self.milo.id) == [])
        #expect(try await !store.split(Self.ben.id, from: Self.milo.id))
        try await site.close()
    }

    @Test(arguments: StoreKind.allCases)
    func `A correction after a merge outlives the split`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        #expect(try await site.merge(Self.ben, into: Self.milo) == .done)
        try await site.say(.individual(Self.milo.id), [2])
        try await site.say(.individual(Self.carla.id), [1])
        #expect(try await site.store.split(Self.ben.id, from: Self.milo.id))
        #expect(try await site.pictures(of: Self.ben) == [])
        #expect(try await site.said()[..<3] == ["Milo", "Carla", "Milo"])
        try await site.close()
    }

    @Test(arguments: StoreKind.allCases)
    func `Whoever is merged with others in them comes back with those`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        let store = site.store
        #expect(try await site.merge(Self.ben, into: Self.milo) == .done)
        #expect(try await site.merge(Self.milo, into: Self.carla) == .done)
        #expect(try await site.said()[..<5] == ["Carla", "Carla", "Carla", "Carla", "Carla"])
        #expect(try await Set(store.merges(of: Self.carla.id).map(\.id)) == [Self.ben.id, Self.milo.id])
        #expect(try await !store.split(Self.ben.id, from: Self.carla.id))
        #expect(try await !store.split(Self.ben.id, from: Self.milo.id))
        #expect(try await store.split(Self.milo.id, from: Self.carla.id))
        #expect(try await site.said()[..<3] == ["Milo", "Milo", "Milo"])
        #expect(try await site.pictures(of: Self.carla) == [4])
        #expect(try await store.merges(of: Self.milo.id).map(\.id) == [Self.ben.id])
        #expect(try await store.split(Self.ben.id, from: Self.milo.id))
        #expect(try await site.said()[..<3] == ["Milo", "Milo", "Ben"])
        #expect(try await site.pictures(of: Self.milo) == [0, 1])
        try await site.close()
    }

    @Test(arguments: StoreKind.allCases)
    func `A name for several events at once is taken back at once`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        let store = site.store
        try await site.say(.individual(Self.milo.id), [5, 6, 7])
        let naming = try #require(try await store.merges(of: Self.milo.id).first)
        #expect(naming.individual == nil && naming.pictures == 3 && naming.into == Self.milo.id && naming.account == "admin")
        // Somebody says something else of one of them.
        try await site.say(.individual(Self.carla.id), [7])
        #expect(try await store.merges(of: Self.milo.id).map(\.pictures) == [2])
        // It goes with whom it was given to, and comes back.
        #expect(try await site.merge(Self.milo, into: Self.ben) == .done)
        #expect(try await store.split(Self.milo.id, from: Self.ben.id))
        _ = try await site.published()
        try await site.compare([:])
        #expect(try await store.split(naming.id, from: Self.milo.id))
        #expect(try await site.said() == ["Milo", "Milo", "Ben", "unknown", "Carla", "pending", "pending", "Carla"])
        #expect(try await site.published() == [5, 6])
        #expect(try await site.due() == [3, 5, 6])
        #expect(try await site.pictures(of: Self.milo) == [0, 1])
        #expect(try await store.merges(of: Self.milo.id) == [])
        // One of which nothing is left is not listed.
        try await site.say(.individual(Self.milo.id), [5, 6])
        try await site.say(.nobody, [5, 6])
        #expect(try await store.merges(of: Self.milo.id) == [])
        try await site.close()
    }

    @Test(arguments: StoreKind.allCases)
    func `Rules and what was told follow, and come back`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        let store = site.store
        for (rule, whom) in [(1 as UInt64, Self.milo), (2, Self.ben)] {
            #expect(try await store.addPetRule(StoreJournalTests.rule(rule, .unseen(hours: 4), of: whom)) == .added)
        }
        var maker = EventMaker(epoch: "e2")
        let alert = try maker.event(type: "pet_alert")
        _ = try await store.ingest(maker.batch([alert]))
        try await store.setSubject(Self.ben.id, of: alert.id)
        _ = try await store.stampAll()
        func told() async throws -> Bool {
            let identities = try #require(try await store.event(alert.id)).identities
            return String(decoding: identities, as: UTF8.self).contains(Self.ben.id.description)
        }
        #expect(try await told())
        #expect(try await site.merge(Self.ben, into: Self.milo) == .done)
        #expect(try await store.petRules().map(\.individual) == [Self.milo.id, Self.milo.id])
        #expect(try await !told())
        #expect(try await store.stampAll().contains { $0.id == alert.id })
        #expect(try await store.split(Self.ben.id, from: Self.milo.id))
        #expect(try await store.petRules().map(\.individual) == [Self.milo.id, Self.ben.id])
        #expect(try await told())
        #expect(try await store.stampAll().contains { $0.id == alert.id })
        try await site.close()
    }

    @Test(arguments: StoreKind.allCases)
    func `Nobody is merged who is not there, or is of another kind, or is merged already`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        let store = site.store
        let guest = Self.individual(9, "A guest", .person)
        try await site.say(.new(guest), [])
        #expect(try await site.merge(guest, into: Self.milo) == .wrongKind)
        #expect(try await site.merge(Self.individual(99, "Nobody"), into: Self.milo) == .unknownIndividual)
        #expect(try await site.merge(Self.milo, into: Self.individual(99, "Nobody")) == .unknownIndividual)
        #expect(try await site.merge(Self.ben, into: Self.milo) == .done)
        #expect(try await site.merge(Self.ben, into: Self.carla) == .unknownIndividual)
        #expect(try await site.merge(Self.carla, into: Self.ben) == .unknownIndividual)
        #expect(try await store.say(.individual(Self.ben.id), in: [site.events[5]], by: "admin", at: site.start) == .unknownIndividual)
        #expect(try await !store.changeIndividual(Self.ben.id, name: "Benno", profile: nil))
        #expect(try await site.said() == ["Milo", "Milo", "Milo", "Milo", "Carla", "unknown", "unknown", "unknown"])
        try await site.close()
    }

    @Test(arguments: StoreKind.allCases)
    func `Whoever compares while two become one decides nothing by what was before`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        let store = site.store
        try await store.reconsider(.pet)
        let read = try await store.duePortraits(limit: 10)
        #expect(try await site.merge(Self.ben, into: Self.milo) == .done)
        let late = read.map { IdentityDecision($0, state: .known, individual: Self.ben.id, score: 0.8, time: site.start) }
        #expect(try await store.decide(late) == 0)
        #expect(try await site.due() == [3, 5, 6, 7])
        #expect(try await site.said()[3] == "Milo")
        try await site.close()
    }

    @Test(arguments: StoreKind.allCases)
    func `The day up to which somebody may be known holds for whom they are merged into`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        let store = site.store
        let day = site.start.advanced(bySeconds: 100)
        #expect(try await store.setConsent(nil, until: day, of: Self.ben.id))
        #expect(try await site.merge(Self.ben, into: Self.milo) == .done)
        #expect(try await site.merge(Self.milo, into: Self.carla) == .done)
        #expect(try await store.overdueIndividuals(at: site.start) == [])
        #expect(try await store.overdueIndividuals(at: day) == [Self.carla.id])
        #expect(try await store.split(Self.milo.id, from: Self.carla.id))
        #expect(try await store.overdueIndividuals(at: day) == [Self.milo.id])
        try await site.close()
    }
}
