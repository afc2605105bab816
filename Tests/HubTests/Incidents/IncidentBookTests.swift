import Base
import Protocol
import Testing

@testable import Hub

/// Which events belong to one incident, on made times.
@Suite struct IncidentBookTests {
    private static let noon = EventMaker.noon

    /// - Parameters:
    ///   - start: Seconds after noon.
    ///   - end: Seconds after noon; nil where it goes on.
    private static func event(
        _ low: UInt64, _ start: Double, _ end: Double?, site: String = "home", camera: String = "door", type: String = "motion"
    ) throws -> EventSpan {
        EventSpan(
            try Event(
                id: EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0000 | low), rev: 1, node: "n", epoch: "e", seq: Int64(low),
                site: site, sourceID: camera, type: type, severity: .info, ts: noon.advanced(bySeconds: start),
                endTS: end.map { noon.advanced(bySeconds: $0) }, payload: Array("{}".utf8)))
    }

    /// By each event the number of the one that its incident began with.
    private static func placed(_ events: [EventSpan], now: Double = 100_000) -> [UInt64?] {
        var book = IncidentBook([])
        return events.map { book.place($0, now: noon.advanced(bySeconds: now)).map { $0.low & 0xFFFF } }
    }

    @Test func `Events that overlap or follow within a minute are one incident, whichever camera saw them`() throws {
        let events = [
            try Self.event(1, 0, 10), try Self.event(2, 5, 20, camera: "yard"), try Self.event(3, 80, 90), try Self.event(4, 150, 151),
            try Self.event(5, 211.1, 212),
        ]
        #expect(Self.placed(events) == [1, 1, 1, 1, 5])
    }

    @Test func `Sites have incidents of their own, and what does not tell of the world has none`() throws {
        let events = [
            try Self.event(1, 0, 10), try Self.event(2, 1, 5, site: "shop"), try Self.event(3, 2, nil, type: "node_offline"),
            try Self.event(4, 20, 30), try Self.event(5, 30, 40, site: "shop"), try Self.event(6, 31, 32, type: "recording_gap"),
        ]
        #expect(Self.placed(events) == [1, 2, nil, 1, 2, nil])
    }

    @Test func `Where something always happens the next incident begins after an hour`() throws {
        let events = try (0..<200).map { try Self.event(UInt64($0 + 1), Double($0) * 30, Double($0) * 30 + 20) }
        let placed = Self.placed(events)
        #expect(placed[..<120].allSatisfy { $0 == 1 })
        #expect(placed[120...].allSatisfy { $0 == 121 })
    }

    @Test func `What comes late finds the incident that it belongs to, and does not make it longer than an hour`() throws {
        let events = [
            try Self.event(1, 1000, 1010), try Self.event(2, 5000, 5010), try Self.event(3, 930, 945), try Self.event(4, 1005, 1006),
            try Self.event(5, 900, 901), try Self.event(6, 800, 801), try Self.event(7, 860, 861),
        ]
        // The last one would join two: it goes to the newer, and both stay what they are.
        #expect(Self.placed(events) == [1, 2, 1, 1, 1, 6, 1])
        let long = [try Self.event(1, 4000, 7590), try Self.event(2, 3950, 3990)]
        #expect(Self.placed(long) == [1, 2])
    }

    @Test func `An event that goes on has lasted up to now, and ten minutes at most`() throws {
        let goesOn = try Self.event(1, 0, nil)
        #expect(Self.placed([goesOn, try Self.event(2, 150, 160)], now: 30) == [1, 2])
        #expect(Self.placed([goesOn, try Self.event(2, 150, 160)], now: 170) == [1, 1])
        #expect(Self.placed([goesOn, try Self.event(2, 659, 660), try Self.event(3, 800, 801)]) == [1, 1, 3])
    }

    @Test func `An event that goes on holds its incident open with each revision, as time passes`() throws {
        let first = try Self.event(1, 0, nil)
        var book = IncidentBook([])
        let placed = book.place(first, now: Self.noon.advanced(bySeconds: 2))
        let incident = try #require(placed)
        // Each is stamped by a sequencer that knows what was kept.
        var kept = try #require(book.changed.first)
        #expect(kept.until == Self.noon.advanced(bySeconds: 2))
        for (now, until) in [(30.0, 30.0), (90, 90), (400, 400), (700, 600), (900, 600)] {
            var next = IncidentBook([kept])
            #expect(next.place(first, known: incident, now: Self.noon.advanced(bySeconds: now)) == incident)
            kept = next.changed.first ?? kept
            #expect(kept.until == Self.noon.advanced(bySeconds: until))
            #expect(next.place(try Self.event(2, until + 59, until + 60), now: Self.noon.advanced(bySeconds: until + 60)) == incident)
            var other = IncidentBook([kept])
            #expect(other.place(try Self.event(3, until + 61, until + 62), now: Self.noon.advanced(bySeconds: until + 62)) != incident)
        }
        var last = IncidentBook([kept])
        #expect(last.place(try Self.event(1, 0, 1000), known: incident, now: Self.noon.advanced(bySeconds: 1001)) == incident)
        #expect(last.place(try Self.event(4, 1050, 1060), now: Self.noon.advanced(bySeconds: 1060)) == incident)
    }

    @Test func `A revision stays where it was, and makes its incident longer`() throws {
        let now = Self.noon.advanced(bySeconds: 1000)
        var book = IncidentBook([])
        let first = try Self.event(1, 0, 10)
        let placed = book.place(first, now: now)
        let incident = try #require(placed)
        var next = IncidentBook(book.changed)
        // Even where it is of another type by now.
        #expect(next.place(try Self.event(1, 0, 100, type: "system"), known: incident, now: now) == incident)
        #expect(next.changed.map(\.until) == [Self.noon.advanced(bySeconds: 100)])
        #expect(next.place(try Self.event(2, 155, 160), now: now) == incident)
        var unknowing = IncidentBook([])
        #expect(unknowing.place(first, known: incident, now: now) == incident)
        #expect(unknowing.changed == [])
    }

    @Test func `What is asked for is all that an event can join, and not what lies between two`() throws {
        let events = [
            try Self.event(1, 0, 10), try Self.event(2, 500, 5), try Self.event(3, 0, 1, site: "shop", type: "system"),
            try Self.event(4, -86_400, -86_390), try Self.event(5, -172_800, 86_400), try Self.event(6, 0, nil, site: "shop"),
        ]
        let reach = IncidentBook.reach(events, now: Self.noon.advanced(bySeconds: 1000))
        func span(_ low: Double, _ high: Double) -> ClosedRange<Timestamp> {
            Self.noon.advanced(bySeconds: low)...Self.noon.advanced(bySeconds: high)
        }
        // An end that is far away, as of a clock that was set, asks for no more than an incident is long.
        #expect(
            reach == [
                "home": [span(-176_400, -169_140), span(-90_000, -86_330), span(-3600, 560)], "shop": [span(-3600, 660)],
            ])
    }

    @Test func `What was read twice is one incident`() throws {
        let begun = Incident(id: try Self.event(1, 0, 10).id, site: "home", from: Self.noon, until: Self.noon.advanced(bySeconds: 10))
        var book = IncidentBook([begun, begun])
        let now = Self.noon.advanced(bySeconds: 100)
        #expect(book.place(try Self.event(1, 0, 90), known: begun.id, now: now) == begun.id)
        #expect(book.place(try Self.event(2, 95, 96), now: now) == begun.id)
        #expect(book.changed.map(\.until) == [Self.noon.advanced(bySeconds: 96)])
    }
}
