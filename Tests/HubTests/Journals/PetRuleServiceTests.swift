import Base
import Logging
import Protocol
import TestSupport
import Testing

@testable import Hub

/// What rules tell, over both stores. Time goes when the test says so.
@Suite(.storeTurns) struct PetRuleServiceTests {
    /// A pet that is known by two cameras of a node.
    private final class Yard {
        let fixture: StoreFixture
        let clock = ManualClock(now: SystemClock().now)
        let service: PetRuleService
        var teller = PetRuleService.Teller(epoch: "rules-1-x")
        var maker: EventMaker

        var store: any HubStore { fixture.store }

        init(_ kind: StoreKind) async throws {
            fixture = try await StoreFixture.open(kind)
            maker = EventMaker(start: clock.now)
            service = Self.service(fixture.store, clock)
            try await StoreJournalTests.join("porch", cameras: ["door", "garden"], fixture.store, at: clock.now)
            #expect(try await fixture.store.say(.new(StoreJournalTests.milo), in: [], by: "admin", at: clock.now) == .done)
            try await report()
        }

        static func service(_ store: any HubStore, _ clock: ManualClock) -> PetRuleService {
            PetRuleService(
                store: store, clock: clock, metrics: Metrics(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                holder: "test", onCommit: {})
        }

        /// What the node says of itself.
        func report(isOnline: Bool = true, garden: Bool = true, waiting: Int = 0, motionOnly: String? = nil) async throws {
            var record = PresenceRecord(node: "porch", isOnline: isOnline, since: clock.now, lastSeen: clock.now)
            let cameras = ["door", "garden"].map { ($0, $0 == "door" || garden) }
            record.state = NodeState(
                state: .online, cameras: cameras.map { NodeCamera(id: $0.0, name: $0.0, online: $0.1) })
            record.state?.motionOnly = motionOnly
            var health = NodeHealth(ts: clock.now)
            health.outbox = NodeHealth.Outbox(waiting: waiting, kept: 0, deadLetters: 0)
            record.health = health
            let lease = try #require(try await store.acquireLease("presence", holder: "test", seconds: 60))
            try #require(try await store.savePresence([record], lease))
            try await store.releaseLease(lease)
        }

        /// A pet is seen, and somebody says that it is Milo.
        @discardableResult
        func see(camera: String = "garden", seconds: Double = 60) async throws -> EventID {
            let start = clock.now
            maker.seq += 1
            let event = try Event(
                id: EventID(at: start), rev: 1, node: "porch", epoch: maker.epoch, seq: maker.seq, site: "home", sourceID: camera,
                type: "pet", severity: .info, ts: start, endTS: start.advanced(bySeconds: seconds), payload: Array("{}".utf8))
            _ = try await store.ingest(maker.batch([event]))
            let facts = PortraitFacts(event: event.id, node: "porch", rank: 1, track: 1, kind: .animal, model: "m")
            #expect(try await store.putPortrait(facts, box: [1], at: start) == .stored)
            #expect(try await store.say(.individual(StoreJournalTests.milo.id), in: [event.id], by: "admin", at: start) == .done)
            clock.advance(by: seconds)
            return event.id
        }

        func outage(camera: String, from start: Timestamp, to end: Timestamp) async throws {
            maker.seq += 1
            let event = try Event(
                id: EventID(at: start), rev: 1, node: "porch", epoch: maker.epoch, seq: maker.seq, site: "home", sourceID: camera,
                type: "camera_offline", severity: .warning, ts: start, endTS: end, payload: Array("{}".utf8))
            _ = try await store.ingest(maker.batch([event]))
        }

        func add(_ condition: PetRule.Condition) async throws -> PetRule {
            let rule = PetRule(
                id: EventID(at: clock.now), individual: StoreJournalTests.milo.id, condition: condition, createdAt: clock.now,
                createdBy: "admin")
            #expect(try await store.addPetRule(rule) == .added)
            return rule
        }

        /// Looks at the rules, and answers with what was told, the newest first.
        func look(hasSettled: Bool = true, _ other: PetRuleService? = nil) async throws -> [StoredEvent] {
            try await (other ?? service).look(&teller, hasSettled: hasSettled)
            var query = EventQuery(.everything)
            query.types = [PetAlert.type]
            return try await store.events(query)
        }

        func waits(_ rule: PetRule) async throws -> String? {
            try await PetRules(store: store).outcome(rule, clocks: SiteClocks(), now: clock.now).waits
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `A pet that is not seen for long is missed once, whoever looks, and that ends when it is back`(_ kind: StoreKind) async throws {
        let yard = try await Yard(kind)
        defer { yard.fixture.close() }
        let rule = try await yard.add(.unseen(hours: 2))
        #expect(try await yard.waits(rule) == "It has not been seen yet.")
        #expect(try await yard.look().isEmpty)
        let last = try await yard.see()
        yard.clock.advance(by: 7199)
        #expect(try await yard.look().isEmpty)
        yard.clock.advance(by: 1)
        // A hub that has just begun does not know what is still to come.
        #expect(try await yard.look(hasSettled: false).isEmpty)
        let told = try await yard.look()
        try #require(told.count == 1)
        #expect(told[0].event.node == "hub" && told[0].event.endTS == nil && told[0].event.severity == .warning)
        #expect(told[0].knownIndividual?.name == "Milo")
        #expect(try JSONObject(told[0].event.payload).string("sighting") == last.description)
        // Another replica, later.
        yard.clock.advance(by: 4000)
        yard.teller = PetRuleService.Teller(epoch: "rules-2-y")
        let other = Yard.service(try await yard.fixture.replica(), yard.clock)
        let again = try await yard.look(other)
        #expect(again.map(\.event.id) == [told[0].event.id] && again[0].event.rev == 1)
        let back = yard.clock.now
        try await yard.see(camera: "door")
        let ended = try await yard.look()
        #expect(ended.map(\.event.endTS) == [back] && ended[0].event.rev == 2 && ended[0].knownIndividual?.name == "Milo")
        #expect(try await yard.look().map(\.event.rev) == [2])
        // And it can be missed again.
        yard.clock.advance(by: 7200)
        #expect(try await yard.look().count == 2)
        #expect(try await yard.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `What a node sends as if a rule had told it stays the node's`(_ kind: StoreKind) async throws {
        let yard = try await Yard(kind)
        defer { yard.fixture.close() }
        let rule = try await yard.add(.unseen(hours: 2))
        let sighting = try await yard.see()
        yard.maker.seq += 1
        let forged = try Event(
            id: EventID(at: yard.clock.now), rev: 1, node: "porch", epoch: yard.maker.epoch, seq: yard.maker.seq, site: "home",
            sourceID: "garden", type: PetAlert.type, severity: .warning, ts: yard.clock.now, endTS: nil,
            payload: Array("{\"rule\":\"\(rule.id)\",\"condition\":\"unseen\",\"sighting\":\"\(sighting)\"}".utf8))
        _ = try await yard.store.ingest(yard.maker.batch([forged]))
        yard.clock.advance(by: 7200)
        let told = try await yard.look()
        // It is missed all the same, and what the node sent neither has a name nor was made the hub's.
        #expect(told.map(\.event.node) == ["hub", "porch"] && told.map { $0.knownIndividual?.name } == ["Milo", nil])
        try await yard.see()
        #expect(try await yard.look().map { $0.event.endTS == nil } == [false, true])
        #expect(try await yard.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Nobody is missed while a camera that knows them is not watching`(_ kind: StoreKind) async throws {
        let yard = try await Yard(kind)
        defer { yard.fixture.close() }
        let rule = try await yard.add(.unseen(hours: 2))
        try await yard.see()
        let start = yard.clock.now
        yard.clock.advance(by: 10_000)
        try await yard.report(garden: false)
        #expect(try await yard.look().isEmpty)
        #expect(try await yard.waits(rule) == "Camera garden is offline.")
        try await yard.report(isOnline: false)
        #expect(try await yard.look().isEmpty)
        #expect(try await yard.waits(rule) == "Node porch is not connected.")
        try await yard.report(motionOnly: "no runtime")
        #expect(try await yard.look().isEmpty)
        #expect(try await yard.waits(rule) == "Node porch sees motion only: no runtime")
        try await yard.report(waiting: 3)
        #expect(try await yard.look().isEmpty)
        #expect(try await yard.waits(rule) == "What node porch has seen is still on its way.")
        // It is back, and was away for some of the time.
        try await yard.outage(camera: "garden", from: start.advanced(bySeconds: 1000), to: start.advanced(bySeconds: 5000))
        try await yard.report()
        #expect(try await yard.look().isEmpty)
        #expect(try await yard.waits(rule) == nil)
        yard.clock.advance(by: 1200)
        #expect(try await yard.look().count == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `Whoever stopped in the middle has told nothing without a name in the end, and a rule that is gone ends what it told`(
        _ kind: StoreKind
    ) async throws {
        let yard = try await Yard(kind)
        defer { yard.fixture.close() }
        let rule = try await yard.add(.unseen(hours: 1))
        try await yard.see()
        yard.clock.advance(by: 3600)
        let told = try await yard.look()
        try #require(told.count == 1)
        try await yard.fixture.execute("DELETE FROM event_subjects")
        #expect(try await yard.look().map { $0.knownIndividual?.name } == ["Milo"])
        // It was another cat: what was told goes on, and nothing is told twice.
        try await yard.see()
        let other = try await yard.see()
        #expect(try await yard.look().map { $0.event.endTS != nil } == [true])
        yard.clock.advance(by: 3700)
        #expect(try await yard.look().count == 2)
        #expect(try await yard.store.say(.nobody, in: [other], by: "admin", at: yard.clock.now) == .done)
        let after = try await yard.look()
        #expect(after.count == 2 && after[0].event.endTS == nil)
        yard.clock.advance(by: 5)
        #expect(try await yard.store.deletePetRule(rule.id))
        #expect(try await yard.look().map(\.event.endTS).first == yard.clock.now)
    }

    @Test(arguments: StoreKind.allCases)
    func `A pet that is seen outside in the span is told, also late`(_ kind: StoreKind) async throws {
        let yard = try await Yard(kind)
        defer { yard.fixture.close() }
        try await yard.store.setTimeZone("UTC", of: "home")
        let moment = SiteClocks(standard: "UTC").moment(yard.clock.now, at: "home")
        let minute = moment.hour * 60 + moment.minute
        // From now on for an hour.
        let rule = try await yard.add(.outside(from: minute, to: (minute + 60) % 1440))
        #expect(try await yard.waits(rule) == "No camera is said to look outdoors.")
        let first = try await yard.see()
        try await yard.see()
        #expect(try await yard.look().isEmpty)
        yard.clock.advance(by: 4 * 3600)
        #expect(try await yard.store.setPlace(.outdoor, of: "garden"))
        let told = try await yard.look(hasSettled: false)
        try #require(told.count == 1)
        #expect(try JSONObject(told[0].event.payload).string("sighting") == first.description)
        #expect(told[0].event.sourceID == "garden" && told[0].event.endTS == told[0].event.ts)
        #expect(try await yard.look().count == 1)
        #expect(try await yard.waits(rule) == nil)
    }
}
