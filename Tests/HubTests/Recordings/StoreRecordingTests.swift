import Base
import Foundation
import GRDB
import Postgres
import Protocol
import Recording
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, eighth part: what the nodes have recorded.
@Suite(.storeTurns) struct StoreRecordingTests {
    private static let noon = EventMaker.noon
    private static func after(_ seconds: Double) -> Timestamp { noon.advanced(bySeconds: seconds) }

    /// A store with two nodes, two cameras of the first and one of the second.
    private func withStore(_ kind: StoreKind, _ body: (any HubStore, StoreFixture) async throws -> Void) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        for name in ["porch", "attic"] {
            try await fixture.store.upsertNode(NodeRecord(name: name, site: "home", addedAt: Self.noon))
        }
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["door", "gate"], at: Self.noon)
        _ = try await fixture.store.claimCameras(node: "attic", cameras: ["roof"], at: Self.noon)
        try await body(fixture.store, fixture)
        #expect(try await fixture.store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `A segment is read back as it was put, whatever it is`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            for track in [SegmentTrack.main, .sub] {
                for state in [SegmentIndex.State.open, .closed, .unterminated] {
                    for fragments in [0, 120] {
                        let record = try SegmentMaker(track: track).record(fragments, state)
                        #expect(try await store.segment(record.id) == nil)
                        for outcome in [SegmentOutcome.stored, .kept, .kept] {
                            #expect(try await store.putSegment(record, at: Self.noon) == outcome)
                        }
                        #expect(try await store.segment(record.id) == record)
                        #expect(try await store.segmentSummaries(SegmentQuery(.everything, limit: 500)).contains(record.summary))
                    }
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What is further takes the place of what is not, and never the other way`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            let maker = SegmentMaker(id: EventID(at: Self.noon))
            func put(_ fragments: Int, _ state: SegmentIndex.State, _ outcome: SegmentOutcome) async throws {
                let record = try maker.record(fragments, state)
                let before = try await store.segment(record.id)
                #expect(try await store.putSegment(record, at: Self.noon) == outcome)
                #expect(try await store.segment(record.id) == (outcome == .stored ? record : before))
            }
            try await put(4, .open, .stored)
            try await put(3, .open, .kept)
            try await put(9, .open, .stored)
            // What a power cut left is less than what was told before.
            try await put(8, .unterminated, .stored)
            try await put(20, .open, .kept)
            try await put(7, .closed, .kept)
            try await put(8, .unterminated, .kept)
            try await put(10, .closed, .stored)
            try await put(9, .unterminated, .kept)
            try await put(11, .open, .kept)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Of two fragments that ended in one chunk, the second one counts`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            var index = try SegmentMaker(id: EventID(at: Self.noon)).index(5, .open)
            let more = SegmentRecord(index, encoded: index.encoded)
            index.fragments.removeLast()
            let less = SegmentRecord(index, encoded: index.encoded)
            #expect(less.fileLength == more.fileLength)
            for (record, outcome) in [(less, SegmentOutcome.stored), (more, .stored), (less, .kept)] {
                #expect(try await store.putSegment(record, at: Self.noon) == outcome)
            }
            #expect(try await store.segment(more.id) == more)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Segments and cameras of other nodes are left alone`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            let mine = try SegmentMaker().record(4, .open)
            #expect(try await store.putSegment(mine, at: Self.noon) == .stored)
            // Another node's id, with its own camera and with mine.
            for camera in ["roof", "door"] {
                let theft = try SegmentMaker(node: "attic", camera: camera, id: mine.id).record(9)
                #expect(try await store.putSegment(theft, at: Self.noon) == .foreign)
            }
            // Another camera of the same node.
            #expect(try await store.putSegment(try SegmentMaker(camera: "gate", id: mine.id).record(9), at: Self.noon) == .foreign)
            // A new one of another node's camera, and of nobody's.
            #expect(try await store.putSegment(try SegmentMaker(camera: "roof").record(9), at: Self.noon) == .foreign)
            #expect(try await store.putSegment(try SegmentMaker(camera: "cellar").record(9), at: Self.noon) == .unknownCamera)
            #expect(try await store.segment(mine.id) == mine)
            #expect(try await store.segmentSummaries(SegmentQuery(.everything)) == [mine.summary])
            _ = try await store.claimCameras(node: "porch", cameras: ["cellar"], at: Self.noon)
            #expect(try await store.putSegment(try SegmentMaker(camera: "cellar").record(9), at: Self.noon) == .stored)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `A node forgets its own segments, and no other's`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            let mine = try (0..<4).map { _ in try SegmentMaker().record(4) }
            let other = try SegmentMaker(node: "attic", camera: "roof").record(4)
            for record in mine + [other] { #expect(try await store.putSegment(record, at: Self.noon) == .stored) }
            try await store.removeSegments([], of: "porch")
            try await store.removeSegments([mine[0].id, other.id, mine[2].id, EventID(at: Self.noon)], of: "porch")
            let left = Set([mine[1], mine[3], other].map(\.summary))
            #expect(Set(try await store.segmentSummaries(SegmentQuery(.everything))) == left)
            try await store.removeSegments(mine.map(\.id), of: "nobody")
            #expect(Set(try await store.segmentSummaries(SegmentQuery(.everything))) == left)
            // What was forgotten may come again.
            #expect(try await store.putSegment(mine[0], at: Self.noon) == .stored)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Segments of a time are those that overlap it, in order`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            // A minute each, the first one at noon; and a day's.
            let minutes = try (0..<10).map { try SegmentMaker(start: Self.after(Double($0) * 60)).record(120) }
            var long = try SegmentMaker(start: Self.after(-86_390)).index(2)
            long.fragments[1].start = Self.after(9)
            let day = SegmentRecord(long, encoded: long.encoded)
            let others = [
                try SegmentMaker(track: .sub).record(120), try SegmentMaker(camera: "gate").record(120),
                try SegmentMaker(node: "attic", camera: "roof").record(120),
            ]
            for record in (minutes + [day] + others).shuffled() { #expect(try await store.putSegment(record, at: Self.noon) == .stored) }
            func starts(_ from: Timestamp, _ to: Timestamp, _ limit: Int = 100) async throws -> [SegmentRecord] {
                try await store.segments(camera: "door", track: .main, from: from, to: to, limit: limit)
            }
            #expect(try await starts(Self.after(60), Self.after(180)) == [minutes[1], minutes[2]])
            #expect(try await starts(Self.after(119.9), Self.after(120.1)) == [minutes[1], minutes[2]])
            #expect(try await starts(Self.after(120), Self.after(120.1)) == [minutes[2]])
            #expect(try await starts(Self.noon, Self.after(60)) == [day, minutes[0]])
            #expect(try await starts(Self.after(9.4), Self.after(60)) == [day, minutes[0]])
            #expect(try await starts(Self.after(9.5), Self.after(60)) == [minutes[0]])
            #expect(try await starts(Self.after(60), Self.after(60)) == [])
            #expect(try await starts(Self.after(180), Self.after(60)) == [])
            let all = Timestamp(microseconds: .min)..<Timestamp(microseconds: .max)
            #expect(try await starts(all.lowerBound, all.upperBound) == [day] + minutes)
            #expect(try await starts(all.lowerBound, all.upperBound, 3) == [day, minutes[0], minutes[1]])
            #expect(try await store.segments(camera: "door", track: .sub, from: Self.noon, to: Self.after(1), limit: 9) == [others[0]])
            #expect(try await store.segments(camera: "roof", track: .main, from: Self.noon, to: Self.after(1), limit: 9) == [others[2]])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `The list has the newest first, page by page, with as many filters as are set`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            // Starts of which three each are the same.
            let records = try (0..<30).map { number in
                try SegmentMaker(camera: number % 2 == 0 ? "door" : "gate", start: Self.after(Double(number / 3) * 60)).record(120)
            }
            for record in records.shuffled() { #expect(try await store.putSegment(record, at: Self.noon) == .stored) }
            let sorted = records.map(\.summary).sorted { ($1.start, $1.id) < ($0.start, $0.id) }
            for limit in [1, 4, 30, 31] {
                for camera in [nil, "door", "gate", "roof"] {
                    var query = SegmentQuery(.everything, camera: camera, limit: limit)
                    var found: [SegmentSummary] = []
                    while true {
                        let page = try await store.segmentSummaries(query)
                        #expect(page.count <= limit)
                        guard let last = page.last else { break }
                        found += page
                        query.before = (last.start, last.id)
                    }
                    #expect(found == sorted.filter { camera == nil || $0.camera == camera })
                }
            }
            let query = SegmentQuery(.everything, camera: "gate", from: Self.after(119), to: Self.after(301), limit: 100)
            let wanted = sorted.filter { $0.camera == "gate" && $0.end > Self.after(119) && $0.start < Self.after(301) }
            #expect(try await store.segmentSummaries(query) == wanted)
            #expect(wanted.count == 8)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Segments go with their camera, and stay with their node`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            var maker = SegmentMaker(id: EventID(at: Self.noon))
            let open = try maker.record(3, .open)
            let gate = try SegmentMaker(camera: "gate").record(5)
            for record in [open, gate] { #expect(try await store.putSegment(record, at: Self.noon) == .stored) }
            #expect(try await store.moveCamera("door", to: "attic"))
            #expect(try await store.segment(open.id) == open)
            // What the hub knows of, its node goes on to tell of; anything else is the new node's.
            #expect(try await store.putSegment(try maker.record(6), at: Self.noon) == .stored)
            maker.id = nil
            #expect(try await store.putSegment(try maker.record(6), at: Self.noon) == .foreign)
            maker.node = "attic"
            #expect(try await store.putSegment(try maker.record(6), at: Self.noon) == .stored)
            #expect(try await store.releaseCamera("door"))
            #expect(try await store.segmentSummaries(SegmentQuery(.everything)) == [gate.summary])
            #expect(try await store.putSegment(try maker.record(6), at: Self.noon) == .unknownCamera)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `A segment that ends before it begins, or after more than a day, is refused`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            for seconds in [-0.000001, 86_400.000001] {
                var record = try SegmentMaker().record(3)
                record.end = record.start.advanced(bySeconds: seconds)
                let error = await #expect(throws: StoreError.self) { try await store.putSegment(record, at: Self.noon) }
                #expect(error?.code == .refused)
                #expect(try await store.segment(record.id) == nil)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Of indexes that come at once, the one that is furthest stays`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let stores = [fixture.store, try await fixture.replica()]
        try await stores[0].upsertNode(NodeRecord(name: "porch", site: "home", addedAt: Self.noon))
        try await stores[0].upsertNode(NodeRecord(name: "attic", site: "home", addedAt: Self.noon))
        _ = try await stores[0].claimCameras(node: "porch", cameras: ["door"], at: Self.noon)
        _ = try await stores[0].claimCameras(node: "attic", cameras: ["roof"], at: Self.noon)
        let ids = (0..<4).map { _ in EventID(at: Self.noon) }
        let words = try ids.flatMap { id in
            try (1...10).map { try SegmentMaker(id: id).record($0, .open) } + [try SegmentMaker(id: id).record(10, .closed)]
        }
        // Each id is told by another node as well, whose camera it is not.
        let contested = (0..<20).map { _ in EventID(at: Self.noon) }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for lane in 0..<6 {
                group.addTask {
                    for word in words.shuffled() { _ = try await stores[lane % 2].putSegment(word, at: Self.noon) }
                    return 0
                }
            }
            for (lane, (node, camera)) in [("porch", "door"), ("attic", "roof")].enumerated() {
                group.addTask {
                    var stored = 0
                    for id in contested {
                        let record = try SegmentMaker(node: node, camera: camera, id: id).record(1)
                        if try await stores[lane].putSegment(record, at: Self.noon) == .stored { stored += 1 }
                    }
                    return stored
                }
            }
            let stored = try await group.reduce(0, +)
            #expect(stored == contested.count)
        }
        for id in ids { #expect(try await stores[1].segment(id) == (try SegmentMaker(id: id).record(10, .closed))) }
        #expect(try await stores[0].check() == [])
        await stores[1].close()
    }

    @Test(
        arguments: StoreKind.allCases,
        [
            ("UPDATE segments SET body = X", "its index cannot be read"),
            ("UPDATE segments SET track = 'third'", "its row cannot be read"), ("UPDATE segments SET state = 7", "its row cannot be read"),
            ("UPDATE segments SET track = 'sub'", "its index contradicts its row"),
            ("UPDATE segments SET state = 2", "its index contradicts its row"),
            ("UPDATE segments SET file_length = file_length + 1", "its index contradicts its row"),
            ("UPDATE segments SET site = 'away'", "its index contradicts its row"),
            ("DELETE FROM nodes", "1 belong to a camera or a node that is missing"),
        ])
    func `The check finds segments and their indexes apart`(_ kind: StoreKind, _ damage: (sql: String, finding: String)) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        try await fixture.store.upsertNode(NodeRecord(name: "porch", site: "home", addedAt: Self.noon))
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["door"], at: Self.noon)
        let record = try SegmentMaker().record(3)
        _ = try await fixture.store.putSegment(record, at: Self.noon)
        #expect(try await fixture.store.check() == [])
        let bytes = kind == .sqlite ? "body = x'0100'" : "body = '\\x0100'"
        try await fixture.execute(damage.sql.replacingOccurrences(of: "body = X", with: bytes))
        let lines = try await fixture.store.check()
        #expect(lines.contains { $0.contains(damage.finding) }, "\(lines)")
        // A row that says what nobody knows is none.
        let isReadable = !damage.finding.contains("row cannot")
        #expect(try await fixture.store.segment(record.id) != nil || !isReadable)
    }

    @Test func `Many broken segments are counted`() async throws {
        let fixture = try await StoreFixture.open(.sqlite)
        defer { fixture.close() }
        try await fixture.store.upsertNode(NodeRecord(name: "porch", site: "home", addedAt: Self.noon))
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["door"], at: Self.noon)
        for _ in 0..<25 { _ = try await fixture.store.putSegment(try SegmentMaker().record(1), at: Self.noon) }
        try await fixture.execute("UPDATE segments SET body = x'00'")
        let lines = try await fixture.store.check()
        #expect(lines.count { $0.contains("its index cannot be read") } == 20)
        #expect(lines.contains("and 5 more segments"))
    }
}
