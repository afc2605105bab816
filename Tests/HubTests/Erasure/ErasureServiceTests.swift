import Base
import Foundation
import Logging
import Protocol
import Synchronization
import TestSupport
import Testing
import Trust

@testable import Hub

/// How an erasure gets to the nodes, and survives an older copy of the store. Time goes when the test says so.
@Suite(.storeTurns) struct ErasureServiceTests {
    private final class Site: Sendable {
        let fixture: StoreFixture
        let folder: TemporaryDirectory
        let clock = ManualClock(now: SystemClock().now)
        let key = SigningKey()
        let metrics = Metrics()
        let service: ErasureService
        let list: ErasureList
        var store: any HubStore { fixture.store }

        init(_ kind: StoreKind) async throws {
            fixture = try await StoreFixture.open(kind)
            folder = try TemporaryDirectory("erasures")
            list = ErasureList(URL(filePath: folder.path("erasures.json")))
            let (store, answers) = (fixture.store, Answers())
            self.answers = answers
            service = ErasureService(
                store: store, list: list, key: key, clock: clock, metrics: metrics,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, erase: { try await store.erase($0) },
                hidePeople: { try await answers.hide($0, in: store) }, send: { try answers.answer($0, to: $1) })
            try await StoreJournalTests.join("porch", cameras: ["porch-cam"], store, at: clock.now)
        }

        /// What a node answers, and what it was told; in which pictures people are hidden.
        final class Answers: Sendable {
            let state = Mutex<(isAway: Bool, refuses: Bool, orders: [NodeCommand])>((false, false, []))
            /// Pictures in which people are hidden before the replica stops; nil: all.
            let hideable = Mutex<Int?>(nil)

            func hide(_ event: EventID, in store: any HubStore) async throws {
                try hideable.withLock {
                    guard $0 != 0 else { throw CancellationError() }
                    $0 = $0.map { $0 - 1 }
                }
                guard let stored = try await store.snapshot(of: event) else { return }
                try await store.replaceSnapshot(event, of: stored.rank, with: [7])
            }

            func answer(_ command: NodeCommand, to node: String) throws -> NodeReply {
                try state.withLock {
                    if $0.isAway { throw CocoaError(.featureUnsupported) }
                    $0.orders.append(command)
                    return $0.refuses ? NodeReply(ok: false, error: "unknown command") : NodeReply(ok: true)
                }
            }
        }

        let answers: Answers

        /// What the node was told, which must be signed.
        func orders() throws -> [ForgetOrder] {
            try answers.state.withLock(\.orders).map { command in
                #expect(command.command == "forget")
                let message = try SignedMessage(signed: #require(command.signed), signature: #require(command.signature))
                return try NodeJSON.decode(ForgetOrder.self, from: message.open(domain: SignedDomain.forget, with: key.verifyingKey))
            }
        }

        /// Somebody who is known in an event.
        func know(_ low: UInt64, until: Timestamp? = nil) async throws -> (EventID, Event) {
            var maker = EventMaker(epoch: "e\(low)", start: clock.now)
            let event = try maker.event(type: "pet")
            _ = try await store.ingest(maker.batch([event]))
            let facts = PortraitFacts(event: event.id, node: "porch", rank: 1, track: 1, kind: .animal, model: "m")
            #expect(try await store.putPortrait(facts, box: [1], at: clock.now) == .stored)
            let milo = Individual(
                id: EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0000 | low), kind: .pet, name: "Milo", profile: .household,
                createdAt: clock.now, createdBy: "admin", keepUntil: until)
            #expect(try await store.say(.new(milo), in: [event.id], by: "admin", at: clock.now) == .done)
            return (milo.id, event)
        }

        func erase(_ id: EventID, pictures: Erasure.Pictures = .kept) async throws {
            let erasure = Erasure(individual: id, time: clock.now, account: "admin", reason: .request, pictures: pictures)
            #expect(try await store.erase(erasure))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `A node is told, signed, until it confirms, and then no more`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        let (milo, event) = try await site.know(1)
        try await site.service.look()
        #expect(try site.orders() == [])
        try await site.erase(milo, pictures: .deleted)
        site.answers.state.withLock { $0.isAway = true }
        try await site.service.look()
        #expect(try await site.store.erasureReceipts(limit: 1).first?.nodes.map(\.confirmed) == [0])
        site.answers.state.withLock { ($0.isAway, $0.refuses) = (false, true) }
        try await site.service.look()
        #expect(try await site.store.erasureReceipts(limit: 1).first?.nodes.map(\.confirmed) == [0])
        site.answers.state.withLock { ($0.refuses, $0.orders) = (false, []) }
        try await site.service.look()
        #expect(try site.orders() == [ForgetOrder(node: "porch", events: ["\(event.id)"], pictures: true)])
        #expect(try await site.store.erasureReceipts(limit: 1).first?.nodes.map(\.confirmedAt) == [site.clock.now])
        try await site.service.look()
        #expect(try site.orders().count == 1)
        for (outcome, count) in [("away", 1.0), ("refused", 1), ("confirmed", 1)] {
            #expect(site.metrics.value("vigilar_erasure_orders_total", labels: [("outcome", outcome)]) == count)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Who may be known until a day is erased then`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        let (milo, _) = try await site.know(1, until: site.clock.now.advanced(bySeconds: 100))
        let (other, _) = try await site.know(2)
        site.clock.advance(by: 99)
        try await site.service.look()
        #expect(try await site.store.individuals(nil).count == 2)
        site.clock.advance(by: 1)
        try await site.service.look()
        #expect(try await site.store.individuals(nil).map(\.individual.id) == [other])
        let erasure = try #require(try await site.store.erasureReceipts(limit: 1).first).erasure
        #expect(erasure.individual == milo && erasure.reason == .retention && erasure.account == nil)
    }

    @Test("Whoever was erased is erased again where an older copy of the store is put back, and the list holds no name")
    func restore() async throws {
        let site = try await Site(.sqlite)
        let (milo, event) = try await site.know(1)
        // The copy, as a backup would be: nothing is in the log any more.
        try await site.store.purge()
        let copy = site.folder.path("backup.sqlite")
        try FileManager.default.copyItem(atPath: site.fixture.place, toPath: copy)
        // Seen again after that, which the copy does not have, and erased.
        let later = EventID(at: site.clock.now.advanced(bySeconds: 60))
        #expect(
            try await site.store.erase(
                Erasure(
                    individual: milo, time: site.clock.now, account: "admin", reason: .request, pictures: .kept, events: [later])))
        try await site.service.look()
        let file = try String(contentsOfFile: site.folder.path("erasures.json"), encoding: .utf8)
        #expect(file.contains("\(later)") && file.contains("\(milo)") && file.contains("\(event.id)") && !file.contains("Milo"))

        let restored = try await SQLiteStore.open(path: copy)
        #expect(try await restored.individuals(nil).map(\.individual.name) == ["Milo"])
        let key = SigningKey()
        let service = ErasureService(
            store: restored, list: site.list, key: key, clock: site.clock, metrics: site.metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, erase: { try await restored.erase($0) },
            hidePeople: { try await site.answers.hide($0, in: restored) }, send: { _, _ in NodeReply(ok: true) })
        try await service.look()
        #expect(try await restored.individuals(nil) == [])
        #expect(try await restored.portrait(of: event.id) == nil)
        #expect(try await restored.erasureReceipts(limit: 1).map(\.erasure.reason) == [.restore])
        #expect(site.metrics.value("vigilar_erasures_total", labels: [("reason", "restore")]) == 1)
        // The list still has what the copy does not.
        #expect(try Set(site.list.read().first?.events ?? []) == [event.id, later])
        // Once is enough.
        try await service.look()
        #expect(site.metrics.value("vigilar_erasures_total", labels: [("reason", "restore")]) == 1)
        await restored.close()
    }

    @Test(arguments: StoreKind.allCases)
    func `Hiding people that was interrupted is gone on with, over a restore too`(_ kind: StoreKind) async throws {
        let site = try await Site(kind)
        defer { site.fixture.close() }
        let (anna, event) = try await site.know(1)
        let (_, other) = try await site.know(2)
        for seen in [event, other] {
            #expect(try await site.store.putSnapshot(seen.id, node: "porch", rank: 3, box: [3], at: site.clock.now) == .stored)
        }
        let erasure = Erasure(
            individual: anna, time: site.clock.now, account: "admin", reason: .request, pictures: .hidden, events: [other.id])
        #expect(try await site.store.erase(erasure))
        site.answers.hideable.withLock { $0 = 1 }
        await #expect(throws: CancellationError.self) { try await site.service.look() }
        #expect(try await site.store.erasureReceipts(limit: 1).map(\.toHide) == [1])
        // What is listed says how, for a copy that does not.
        #expect(try site.list.read().map(\.pictures) == [.hidden])
        site.answers.hideable.withLock { $0 = nil }
        try await site.service.look()
        for seen in [event, other] {
            #expect(try await site.store.snapshot(of: seen.id) == StoredSnapshot(node: "porch", rank: SnapshotWire.hiddenRank, box: [7]))
        }
        #expect(try await site.store.erasureReceipts(limit: 1).map(\.toHide) == [0])
        #expect(try await site.store.check() == [])
    }

    @Test("A list that cannot be read is not overwritten")
    func damaged() async throws {
        let site = try await Site(.sqlite)
        let (milo, _) = try await site.know(1)
        try await site.erase(milo)
        try Data("[{".utf8).write(to: URL(filePath: site.folder.path("erasures.json")))
        await #expect(throws: (any Error).self) { try await site.service.look() }
        // And keeps no node from being told.
        #expect(try site.orders().count == 1)
        #expect(try String(contentsOfFile: site.folder.path("erasures.json"), encoding: .utf8) == "[{")
    }
}
