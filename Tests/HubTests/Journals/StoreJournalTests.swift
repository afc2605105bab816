import Base
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, part of the journals.
@Suite(.storeTurns) struct StoreJournalTests {
    static let milo = Individual(
        id: EventID(high: 0x0192_F6C2_0000_7000, low: 1), kind: .pet, name: "Milo", profile: .household,
        createdAt: Timestamp(microseconds: 5_000_000), createdBy: "admin")
    static let anna = Individual(
        id: EventID(high: 0x0192_F6C2_0000_7000, low: 2), kind: .person, name: "Anna", profile: .household,
        createdAt: Timestamp(microseconds: 5_000_000), createdBy: "admin")

    static func rule(_ low: UInt64, _ condition: PetRule.Condition, of individual: Individual = milo) -> PetRule {
        PetRule(
            id: EventID(high: 0x0192_F6C2_0000_7001, low: low), individual: individual.id, condition: condition,
            createdAt: Timestamp(microseconds: Int64(low)), createdBy: "admin")
    }

    /// A node with cameras, as far as a store knows.
    static func join(_ node: String, cameras: [String], _ store: any HubStore, at time: Timestamp) async throws {
        let hash = Array((node + String(repeating: "-", count: 32)).utf8.prefix(32))
        try await store.addInvitation(
            InvitationRecord(secretHash: hash, site: "home", node: node, createdAt: time, expiresAt: time.advanced(bySeconds: 60)))
        _ = try await store.redeemInvitation(secretHash: hash, keyFingerprint: node, sealingKey: "k", at: time)
        _ = try await store.claimCameras(node: node, cameras: cameras, at: time)
    }

    private static func names(_ store: any HubStore, _ event: EventID) async throws -> String {
        let identities = try #require(try await store.event(event)).identities
        return try JSONObject.elements(of: identities, in: identities.indices).map { place in
            let who = try JSONObject(Array(identities[place]))
            return "\(who.string("kind") ?? "-") \(who.string("state") ?? "-") \(who.string("name") ?? "-")"
        }.joined(separator: ",")
    }

    @Test(arguments: StoreKind.allCases)
    func `Where cameras look and which clock sites have is kept, and goes with the camera`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await Self.join("porch", cameras: ["door", "garden"], store, at: SystemClock().now)
        #expect(try await store.places() == [:])
        #expect(try await store.setPlace(.outdoor, of: "garden"))
        #expect(try await store.setPlace(.indoor, of: "door"))
        #expect(try await store.setPlace(.entrance, of: "door"))
        #expect(try await !store.setPlace(.indoor, of: "nowhere"))
        #expect(try await !store.setPlace(nil, of: "nowhere"))
        #expect(try await store.places() == ["door": .entrance, "garden": .outdoor])
        #expect(try await store.setPlace(nil, of: "door"))
        #expect(try await store.releaseCamera("garden"))
        #expect(try await store.places() == [:])

        #expect(try await store.timeZones() == [:])
        try await store.setTimeZone("Europe/Berlin", of: "home")
        try await store.setTimeZone("America/New_York", of: "home")
        try await store.setTimeZone("Asia/Tokyo", of: "shop")
        #expect(try await store.timeZones() == ["home": "America/New_York", "shop": "Asia/Tokyo"])
        try await store.setTimeZone(nil, of: "home")
        #expect(try await store.timeZones() == ["shop": "Asia/Tokyo"])
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `What somebody says of an animal stands in its answers, is published, and outlives what its node says`(_ kind: StoreKind)
        async throws
    {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event(type: "wildlife")
        _ = try await store.ingest(maker.batch([event]))
        _ = try await store.stampAll()
        #expect(try await !store.setSpecies("owl", of: EventID(high: 1, low: 1), by: "admin", at: maker.start))
        #expect(try await store.setSpecies("owl", of: event.id, by: "admin", at: maker.start))
        let published = try await store.stampAll()
        #expect(published.count == 1)
        #expect(try await Self.names(store, event.id) == "species known owl")
        // Saying it again is no change.
        #expect(try await store.setSpecies("owl", of: event.id, by: "ben", at: maker.start))
        #expect(try await store.stampAll().isEmpty)
        #expect(try await store.setSpecies("little owl \"x\"", of: event.id, by: "ben", at: maker.start))
        _ = try await store.ingest(maker.batch([try maker.event(id: event.id, rev: 2, type: "wildlife", ts: event.ts)]))
        #expect(try await Self.names(store, event.id) == "species known little owl \"x\"")
        #expect(try await store.setSpecies(nil, of: event.id, by: "ben", at: maker.start))
        #expect(try await Self.names(store, event.id) == "")
        #expect(try await store.stampAll().count >= 2)
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Rules are of pets only, bounded, and go with their pet; so does that it is an event's subject`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker(node: "hub")
        for one in [Self.milo, Self.anna] { #expect(try await store.say(.new(one), in: [], by: "admin", at: maker.start) == .done) }
        let rules = [Self.rule(1, .outside(from: 1320, to: 360)), Self.rule(2, .unseen(hours: 12))]
        for rule in rules { #expect(try await store.addPetRule(rule) == .added) }
        #expect(try await store.addPetRule(Self.rule(3, .unseen(hours: 1), of: Self.anna)) == .unknownPet)
        #expect(try await store.petRules() == rules)
        for low in 3...UInt64(PetRule.limit) { #expect(try await store.addPetRule(Self.rule(low, .unseen(hours: 1))) == .added) }
        #expect(try await store.addPetRule(Self.rule(1000, .unseen(hours: 1))) == .tooMany)
        let (gone, twice) = (try await store.deletePetRule(rules[0].id), try await store.deletePetRule(rules[0].id))
        #expect(gone && !twice)

        let event = try maker.event(type: PetAlert.type)
        _ = try await store.ingest(maker.batch([event]))
        _ = try await store.stampAll()
        try await store.setSubject(Self.milo.id, of: event.id)
        try await store.setSubject(Self.milo.id, of: event.id)
        try await store.setSubject(Self.milo.id, of: EventID(high: 1, low: 1))
        #expect(try await store.stampAll().count == 1)
        #expect(try await Self.names(store, event.id) == "pet known Milo")
        // It was not seen in it.
        #expect(try await store.individuals(.pet).map(\.sightings) == [0])
        var query = EventQuery(.everything)
        query.individual = Self.milo.id
        #expect(try await store.events(query).isEmpty)
        query.isSubjectEnough = true
        #expect(try await store.events(query).map(\.event.id) == [event.id])
        #expect(try await store.changeIndividual(Self.milo.id, name: "Mila", profile: nil))
        #expect(try await store.stampAll().count == 1)
        #expect(try await Self.names(store, event.id) == "pet known Mila")
        let erasure = Erasure(
            individual: Self.milo.id, time: maker.start, account: "admin", reason: .request, pictures: .kept)
        #expect(try await store.erase(erasure))
        #expect(try await store.stampAll().count == 1)
        #expect(try await Self.names(store, event.id) == "")
        #expect(try await store.petRules() == [])
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Events can be asked for by who was known in them`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let events = try (0..<4).map { try maker.event(type: "pet", ts: maker.start.advanced(bySeconds: Double($0))) }
        _ = try await store.ingest(maker.batch(events))
        for event in events {
            let facts = PortraitFacts(event: event.id, node: "porch", rank: 1, track: 1, kind: .animal, model: "m")
            #expect(try await store.putPortrait(facts, box: [1], at: maker.start) == .stored)
        }
        #expect(try await store.say(.new(Self.milo), in: [events[0].id, events[2].id], by: "admin", at: maker.start) == .done)
        let due = try await store.duePortraits(limit: 10)
        _ = try await store.decide(
            due.map { IdentityDecision($0, state: .probable, individual: Self.milo.id, score: 0.7, time: maker.start) })
        var query = EventQuery(.everything)
        query.individual = Self.milo.id
        #expect(try await store.events(query).map(\.event.id) == [events[2].id, events[0].id])
        query.to = events[2].ts
        #expect(try await store.events(query).map(\.event.id) == [events[0].id])
        #expect(try await store.counts(query, by: .hour).map(\.count) == [1])
    }
}
