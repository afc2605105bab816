import Base
import Foundation
import GRDB
import Postgres
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, part of erasing.
@Suite(.storeTurns) struct StoreErasureTests {
    /// Found nowhere by chance.
    private static let name = "Zaphodine Beeblebroks"
    /// Of whoever is merged into them, in the fourth event.
    private static let other = Individual(
        id: EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0043), kind: .person, name: "Fordine Prefektsson",
        profile: .household, createdAt: Timestamp(microseconds: 5_000_000), createdBy: "admin", consent: "Fordine Prefektsson agrees")
    private static let portrait = Array("PORTRAIT-OF-ZAPHODINE".utf8)
    private static let picture = Array("PICTURE-OF-ZAPHODINE".utf8)
    private static let who = EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0042)

    private struct Site {
        let fixture: StoreFixture
        let events: [Event]
        let start: Timestamp

        var store: any HubStore { fixture.store }

        /// Six events of people, of which somebody is known in the first two, probably in the third, and not in the rest; all have pictures.
        init(_ kind: StoreKind) async throws {
            fixture = try await StoreFixture.open(kind)
            var maker = EventMaker()
            start = maker.start
            let store = fixture.store
            try await StoreJournalTests.join("porch", cameras: ["porch-cam"], store, at: start)
            events = try (0..<6).map { try maker.event(type: "person", ts: maker.start.advanced(bySeconds: Double($0))) }
            _ = try await store.ingest(maker.batch(events))
            try await store.setRecognition(RecognitionChoice(isOn: true, ground: "Our home", changedAt: start, changedBy: "admin"))
            for event in events {
                let facts = PortraitFacts(event: event.id, node: "porch", rank: 1, track: 1, kind: .face, model: "m")
                #expect(try await store.putPortrait(facts, box: StoreErasureTests.portrait, at: start) == .stored)
                let box = StoreErasureTests.picture
                #expect(try await store.putSnapshot(event.id, node: "porch", rank: 1, box: box, at: start) == .stored)
            }
            let individual = Individual(
                id: StoreErasureTests.who, kind: .person, name: StoreErasureTests.name, profile: .household, createdAt: start,
                createdBy: "admin", consent: "Says so", keepUntil: start.advanced(bySeconds: 100))
            #expect(try await store.say(.new(individual), in: [events[0].id, events[1].id], by: "admin", at: start) == .done)
            for number in UInt64(1)...2 {
                let offered = OfferedPicture(
                    id: EventID(high: 0x0192_F6C2_0001_7000, low: number), individual: individual.id, kind: .person, addedAt: start,
                    addedBy: "admin")
                #expect(try await store.addPicture(offered, box: StoreErasureTests.portrait))
                if number == 2 { #expect(try await store.learn(offered, model: "m", portrait: StoreErasureTests.portrait, at: start)) }
            }
            let due = try #require(try await store.duePortraits(limit: 10).first { $0.event == events[2].id })
            _ = try await store.decide([IdentityDecision(due, state: .probable, individual: individual.id, score: 0.4, time: start)])
            // What is left is of nobody: their bytes must not be found because of these.
            for event in events[3...] {
                try await fixture.execute(
                    kind == .sqlite
                        ? "UPDATE portraits SET box = x'00' WHERE event_id = x'\(event.id.hexadecimal)'"
                        : "UPDATE portraits SET box = '\\x00' WHERE event_id = '\(event.id)'")
                try await fixture.execute(
                    kind == .sqlite
                        ? "UPDATE snapshots SET box = x'00' WHERE event_id = x'\(event.id.hexadecimal)'"
                        : "UPDATE snapshots SET box = '\\x00' WHERE id = '\(event.id)'")
            }
            _ = try await store.stampAll()
        }

        func erasure(pictures: Erasure.Pictures = .deleted, events: [EventID] = [], reason: Erasure.Reason = .request) -> Erasure {
            Erasure(
                individual: StoreErasureTests.who, time: start, account: "admin", reason: reason, pictures: pictures, events: events)
        }

        /// Merges another one into them, who is known in the fourth event.
        func mergeOther() async throws {
            let store = store
            #expect(try await store.say(.new(StoreErasureTests.other), in: [events[3].id], by: "admin", at: start) == .done)
            let (other, who) = (StoreErasureTests.other.id, StoreErasureTests.who)
            #expect(try await store.merge(other, into: who, by: "admin", at: start) == .done)
            _ = try await store.stampAll()
        }

        /// Where bytes are found that are somebody's.
        func traces() async throws -> [String] {
            let wanted = [
                Array(StoreErasureTests.name.utf8), Array(StoreErasureTests.other.name.utf8), StoreErasureTests.portrait,
                StoreErasureTests.picture,
            ]
            if let store = store as? PostgresStore {
                var found: [String] = []
                let columns = try await store.query(
                    """
                    SELECT table_name, column_name, data_type FROM information_schema.columns
                    WHERE table_schema = current_schema() ORDER BY 1, 2
                    """)
                #expect(columns.count > 50)
                for row in 0..<columns.count {
                    let (table, column) = (columns.text(row, 0), columns.text(row, 1))
                    for text in wanted.map({ String(decoding: $0, as: UTF8.self) }) {
                        let shown = columns.text(row, 2) == "bytea" ? "encode(\"\(column)\", 'escape')" : "\"\(column)\"::text"
                        let rows = try await store.query("SELECT count(*) FROM \"\(table)\" WHERE \(shown) LIKE '%\(text)%'")
                        if rows.int(0, 0) > 0 { found.append("\(table).\(column): \(text)") }
                    }
                }
                return found
            }
            return ["", "-wal", "-shm"].flatMap { ending in
                guard let data = try? Data(contentsOf: URL(filePath: fixture.place + ending)) else { return [String]() }
                return wanted.filter { data.firstRange(of: Data($0)) != nil }.map {
                    "hub.sqlite\(ending): \(String(decoding: $0, as: UTF8.self))"
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Nothing of somebody who is erased is found anywhere in the database`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        #expect(try await site.traces().isEmpty == false)
        #expect(try await site.store.erase(site.erasure()))
        #expect(try await !site.store.erase(site.erasure()))
        #expect(try await site.traces() == [])
        #expect(try await site.store.erasures() == 1)
        for event in site.events[..<3] {
            let stored = try #require(try await site.store.event(event.id))
            #expect(stored.snapshot == nil && stored.identities == StoredEvent.nobody)
            #expect(try await site.store.snapshot(of: event.id) == nil)
            #expect(try await site.store.snapshotRank(of: event.id) == nil)
            // Neither comes back when a node sends a better one.
            let facts = PortraitFacts(event: event.id, node: "porch", rank: 9, track: 1, kind: .face, model: "m")
            #expect(try await site.store.putPortrait(facts, box: [1], at: site.start) == .kept)
            #expect(try await site.store.putSnapshot(event.id, node: "porch", rank: 9, box: [1], at: site.start) == .kept)
        }
        #expect(try await site.store.event(site.events[3].id)?.snapshot == 1)
        #expect(Set(try await site.store.stampAll().map(\.id)).isSuperset(of: site.events[..<3].map(\.id)))
        #expect(try await site.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Whoever is merged into somebody is erased with them, and comes back by no split`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        try await site.mergeOther()
        #expect(try await site.traces().contains { $0.hasSuffix(Self.other.name) })
        #expect(try await site.store.erase(site.erasure()))
        #expect(try await site.traces() == [])
        #expect(try await site.store.individuals(nil) == [])
        #expect(try await site.store.merges(of: Self.who) == [])
        #expect(try await !site.store.split(Self.other.id, from: Self.who))
        #expect(try await site.store.event(site.events[3].id)?.identities == StoredEvent.nobody)
        #expect(try await site.store.galleryPortrait(site.events[3].id) == nil)
        #expect(try await Set(site.store.stampAll().map(\.id)).isSuperset(of: site.events[..<4].map(\.id)))
        // An older copy may have them apart.
        #expect(try await site.store.erasureList().map(\.individual) == [Self.who, Self.other.id])
        #expect(try await site.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Somebody who became part of another meanwhile is not erased alone, as what was compared since has the other's id`(
        _ kind: StoreKind
    ) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        try await site.mergeOther()
        for reason in [Erasure.Reason.request, .retention] {
            let erasure = Erasure(individual: Self.other.id, time: site.start, account: "admin", reason: reason, pictures: .deleted)
            #expect(try await !site.store.erase(erasure))
            let nobody = Erasure(
                individual: EventID(at: site.start), time: site.start, account: "admin", reason: reason, pictures: .deleted)
            #expect(try await !site.store.erase(nobody))
        }
        #expect(try await site.store.erasureList() == [])
        #expect(try await site.store.merges(of: Self.who).contains { $0.id == Self.other.id })
        #expect(try await site.store.split(Self.other.id, from: Self.who))
        #expect(try await site.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Somebody on the list who is merged into another in an older copy is erased alone`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        try await site.mergeOther()
        let erasure = Erasure(individual: Self.other.id, time: site.start, account: nil, reason: .restore, pictures: .deleted)
        #expect(try await site.store.erase(erasure))
        #expect(try await !site.store.erase(erasure))
        #expect(try await !site.traces().contains { $0.hasSuffix(Self.other.name) })
        // Left is that they got their own name in two events at once.
        #expect(try await site.store.merges(of: Self.who).map(\.individual) == [nil])
        #expect(try await site.store.event(site.events[3].id)?.identities == StoredEvent.nobody)
        let gallery = try await site.store.galleryEvents(of: Self.who)
        #expect(Set(site.events[..<2].map(\.id)).isSubset(of: gallery) && gallery.count == 3)
        #expect(try await site.store.erasureList().map(\.events) == [[site.events[3].id]])
        #expect(try await site.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Whole pictures stay where that is wanted`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        #expect(try await site.store.erase(site.erasure(pictures: .kept)))
        #expect(try await site.store.event(site.events[0].id)?.snapshot == 1)
        #expect(try await site.traces().allSatisfy { $0.hasSuffix("PICTURE-OF-ZAPHODINE") })
        #expect(try await site.store.putSnapshot(site.events[0].id, node: "porch", rank: 2, box: [1], at: site.start) == .stored)
        #expect(try await site.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Where people are to be hidden, nobody is told of a picture until they are, and one in which they cannot be goes`(
        _ kind: StoreKind
    )
        async throws
    {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        let (store, erasure) = (site.store, site.erasure(pictures: .hidden, events: [site.events[4].id]))
        #expect(try await store.picturesToHide(limit: 9) == [])
        #expect(try await store.erase(erasure))
        let ids = site.events.map(\.id)
        let theirs = (ids[..<3] + [ids[4]]).sorted()
        #expect(try await store.picturesToHide(limit: 9) == theirs)
        #expect(try await store.picturesToHide(limit: 2) == Array(theirs.prefix(2)))
        #expect(try await store.erasureReceipts(limit: 1).map(\.toHide) == [4])
        for id in theirs {
            #expect(try await store.snapshotRank(of: id) == nil)
            #expect(try await store.event(id)?.snapshot == nil)
            #expect(try await store.putSnapshot(id, node: "porch", rank: 9, box: [1], at: site.start) == .kept)
        }
        #expect(try await store.check() == [])
        _ = try await store.stampAll()
        let rank = try #require(try await store.snapshot(of: ids[0])).rank
        // Of another rank, as after another replica was faster.
        try await store.replaceSnapshot(ids[0], of: rank + 1, with: [6])
        #expect(try await store.stampAll().map(\.id) == [])
        try await store.replaceSnapshot(ids[0], of: rank, with: [7])
        #expect(try await store.stampAll().map(\.id) == [ids[0]])
        #expect(try await store.erasureReceipts(limit: 1).map(\.toHide) == [3])
        for id in theirs where id != ids[0] {
            try await store.replaceSnapshot(id, of: #require(try await store.snapshot(of: id)).rank, with: nil)
        }
        #expect(try await store.picturesToHide(limit: 9) == [])
        try await store.purge()
        #expect(try await site.traces() == [])
        #expect(try await store.snapshot(of: ids[0]) == StoredSnapshot(node: "porch", rank: SnapshotWire.hiddenRank, box: [7]))
        #expect(try await store.snapshotRank(of: ids[0]) == SnapshotWire.hiddenRank)
        for id in [ids[1], ids[2], ids[4]] {
            #expect(try await store.snapshot(of: id) == nil)
            #expect(try await store.putSnapshot(id, node: "porch", rank: 9, box: [1], at: site.start) == .kept)
        }
        #expect(try await store.putSnapshot(ids[0], node: "porch", rank: 9, box: [1], at: site.start) == .kept)
        #expect(try await store.erasureReceipts(limit: 1).map(\.erasure.pictures) == [.hidden])
        #expect(try await store.erasureErrands(limit: 9).map(\.withPictures) == [true])
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `A receipt says which nodes have confirmed; revoked ones are not asked`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        let store = site.store
        #expect(try await store.erasureErrands(limit: 2) == [])
        #expect(try await store.erase(site.erasure()))
        let receipt = try #require(try await store.erasureReceipts(limit: 5).first)
        #expect(receipt.erasure == site.erasure())
        #expect(receipt.nodes == [.init(node: "porch", events: 3, confirmed: 0, confirmedAt: nil, isRevoked: false)])
        let ids = site.events[..<3].map(\.id)
        let first = try await store.erasureErrands(limit: 2)
        #expect(first == [ErasureErrand(individual: Self.who, node: "porch", withPictures: true, events: Array(ids[..<2]))])
        try await store.confirm(first[0], at: site.start)
        let second = try await store.erasureErrands(limit: 2)
        #expect(second.map(\.events) == [[ids[2]]])
        #expect(try await store.erasureReceipts(limit: 5).first?.nodes.map(\.confirmed) == [2])
        let (twice, later) = (try await store.revokeNode("porch", at: site.start), site.start.advanced(bySeconds: 5))
        #expect(twice)
        #expect(try await store.erasureErrands(limit: 2) == [])
        #expect(try await store.erasureReceipts(limit: 5).first?.nodes.map(\.isRevoked) == [true])
        try await store.confirm(second[0], at: later)
        let nodes = try await store.erasureReceipts(limit: 5).first?.nodes
        #expect(nodes?.map(\.confirmed) == [3] && nodes?.map(\.confirmedAt) == [later])
        #expect(try await store.erasureReceipts(limit: 0) == [])
        var listed = site.erasure()
        listed.events = ids
        #expect(try await store.erasureList() == [listed])
    }

    @Test(arguments: StoreKind.allCases)
    func `The list applied to an older copy erases them, and what was known only later`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        // An older copy: they are known there, and the fifth event was of them, too, which was found out later. The last is not in it.
        let erasure = site.erasure(
            events: [site.events[4].id, EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0077)], reason: .restore)
        #expect(try await site.store.erase(erasure))
        #expect(try await site.store.portrait(of: site.events[4].id) == nil)
        #expect(try await site.store.event(site.events[4].id)?.snapshot == nil)
        #expect(try await site.store.portrait(of: site.events[3].id) != nil)
        #expect(try await site.traces() == [])
        let late = EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0077)
        let listed = Set(site.events[..<3].map(\.id) + [site.events[4].id, late])
        #expect(try await Set(site.store.erasureList().first?.events ?? []) == listed)
        #expect(try await site.store.erasureReceipts(limit: 1).first?.nodes.map(\.events) == [4])
        // The one that was not in the copy comes from its node again: nothing of it is taken in.
        var maker = EventMaker(epoch: "e2")
        _ = try await site.store.ingest(maker.batch([try maker.event(id: late, type: "person")]))
        let facts = PortraitFacts(event: late, node: "porch", rank: 1, track: 1, kind: .face, model: "m")
        #expect(try await site.store.putPortrait(facts, box: [1], at: site.start) == .kept)
        #expect(try await site.store.putSnapshot(late, node: "porch", rank: 1, box: [1], at: site.start) == .kept)
        #expect(try await site.store.event(late)?.snapshot == nil)
        try await site.store.purge()
        #expect(try await site.store.check() == [])
    }

    @Test func `PostgreSQL gives up what is left of deleted rows`() async throws {
        let site = try await Site(.postgres)
        defer { site.fixture.close() }
        let store = try #require(site.store as? PostgresStore)
        func vacuumed(_ table: String) async throws -> Int64 {
            try await store.query(
                "SELECT coalesce(sum(vacuum_count), 0)::bigint FROM pg_stat_all_tables WHERE relname LIKE '\(table)%'"
            ).int(0, 0)
        }
        for table in ["individuals", "gallery", "portraits", "snapshots"] { #expect(try await vacuumed(table) == 0) }
        #expect(try await site.store.erase(site.erasure()))
        try await site.store.purge()
        for table in ["individuals", "gallery", "portraits", "snapshots"] {
            try await eventually("\(table) to be vacuumed") { try await vacuumed(table) > 0 }
        }
    }

    @Test func `SQLite says so while a reader keeps it from giving up what was deleted`() async throws {
        let site = try await Site(.sqlite)
        defer { site.fixture.close() }
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: site.fixture.place, configuration: configuration)
        try reader.inDatabase { db in
            try db.execute(sql: "BEGIN")
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM events")
        }
        #expect(try await site.store.erase(site.erasure()))
        #expect(try await site.traces() != [])
        await #expect(throws: StoreError.self) { try await site.store.purge() }
        try reader.inDatabase { db in try db.execute(sql: "COMMIT") }
        try await site.store.purge()
        #expect(try await site.traces() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Consent and the day up to which somebody may be known are kept, and tell who is overdue`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        let store = site.store
        let until = site.start.advanced(bySeconds: 100)
        #expect(try await store.individual(Self.who)?.keepUntil == until)
        #expect(try await store.individuals(.person).map(\.individual.consent) == ["Says so"])
        #expect(try await store.overdueIndividuals(at: site.start.advanced(bySeconds: 99)) == [])
        #expect(try await store.overdueIndividuals(at: until) == [Self.who])
        #expect(try await store.setConsent(nil, until: nil, of: Self.who))
        #expect(try await store.individual(Self.who)?.consent == nil)
        #expect(try await store.overdueIndividuals(at: site.start.advanced(bySeconds: 1e9)) == [])
        #expect(try await !store.setConsent("x", until: nil, of: EventID(high: 1, low: 1)))
    }
}

extension EventID {
    /// Of its bytes.
    fileprivate var hexadecimal: String { description.replacingOccurrences(of: "-", with: "") }
}
