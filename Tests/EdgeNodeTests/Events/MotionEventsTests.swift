import Base
import MediaTypes
import Protocol
import Testing
import Vision

@testable import EdgeNode

@Suite("Motion events")
struct MotionEventsTests {
    private static let start = Timestamp(rfc3339: "2026-11-23T08:00:00Z")!

    private func change(_ phase: MotionEpisodeChange.Phase, number: Int = 1, after seconds: Double, score: Double = 0.5)
        -> MotionEpisodeChange
    {
        let end = Self.start.advanced(bySeconds: seconds)
        return MotionEpisodeChange(
            phase: phase, event: EventID(high: 0x0192_F6C2_0000_7000, low: UInt64(number)), number: number, start: MediaTime(seconds: 0),
            startTimestamp: Self.start, end: MediaTime(seconds: seconds),
            endTimestamp: end, peakScore: score, area: 0.03456789, box: Box(x: 0.1, y: 0.2, width: 0.3, height: 0.4),
            boxes: [Box(x: 0.1, y: 0.2, width: 0.3, height: 0.4)], zones: ["drive\"way"], reasons: ["3.5 % of the frame changed"],
            trigger: .packetSize, gateDelay: 0.12)
    }

    @Test("an episode is one event: same id and time, a revision for each step, an end only in the last")
    func life() throws {
        var events = MotionEvents(camera: "cam")
        let drafts =
            events.take(change(.started, after: 0.2)) + events.take(change(.updated, after: 5.2)) + events.take(change(.ended, after: 7))
        #expect(drafts.map(\.rev) == [1, 2, 3])
        #expect(Set(drafts.map(\.id)).count == 1)
        #expect(drafts.allSatisfy { $0.ts == Self.start && $0.type == "motion" && $0.sourceID == "cam" && $0.severity == .notice })
        #expect(drafts.map(\.endTS) == [nil, nil, Self.start.advanced(bySeconds: 7)])
        let next = events.take(change(.started, number: 2, after: 20))
        #expect(next.map(\.rev) == [1])
        #expect(next[0].id != drafts[0].id)
    }

    @Test("the payload is JSON that says how much, where and why")
    func payload() throws {
        var events = MotionEvents(camera: "cam")
        let draft = events.take(change(.started, after: 0.2))[0]
        let payload = try JSONObject(draft.payload)
        #expect(payload.double("score") == 0.5)
        #expect(payload.raw("zones").map { String(decoding: $0, as: UTF8.self) } == "[\"drive\\\"way\"]")
        #expect(payload.raw("box").map { String(decoding: $0, as: UTF8.self) } == "[0.1,0.2,0.3,0.4]")
        #expect(try payload.elements("objects")?.isEmpty == true)
        #expect(payload.string("last_ts") == Self.start.advanced(bySeconds: 0.2).rfc3339)
        let why = try #require(try payload.object("why"))
        #expect(why.string("trigger") == "motion")
        #expect(why.string("gate") == "packet-size")
        #expect(why.double("area") == 0.0346)
        #expect(why.double("gate_delay_s") == 0.12)
        let end = events.take(change(.ended, after: 3))[0]
        #expect(try JSONObject(end.payload).raw("last_ts") == nil)
    }

    @Test("figures that are no numbers still make JSON", arguments: [Double.nan, .infinity, -.infinity, 1e300])
    func notFinite(score: Double) throws {
        var events = MotionEvents(camera: "cam")
        _ = try JSONObject(events.take(change(.started, after: 0, score: score))[0].payload)
    }

    @Test("updates of an event that goes on for an hour grow rare, its end is never held back")
    func updates() {
        var events = MotionEvents(camera: "cam")
        var drafts = events.take(change(.started, after: 0))
        for second in stride(from: 1.0, through: 3600, by: 1) { drafts += events.take(change(.updated, after: second)) }
        #expect((40...120).contains(drafts.count))
        #expect(events.take(change(.ended, after: 3600.5)).count == 1)
    }

    private func says(_ draft: DraftEvent) throws -> Bool? { try JSONObject(draft.payload).bool("snapshot") }

    @Test("an event says that it has a picture from the next revision on")
    func pictured() throws {
        var events = MotionEvents(camera: "cam")
        let first = events.take(change(.started, after: 0.2))[0]
        #expect(events.pictured(first.id).isEmpty)
        let drafts = events.take(change(.updated, after: 5.2)) + events.take(change(.ended, after: 7))
        #expect(try says(first) == nil)
        #expect(try drafts.map(says) == [true, true])
        #expect(drafts.map(\.rev) == [2, 3])
        // The second picture changes nothing: its event has said all.
        #expect(events.pictured(first.id).isEmpty)
        #expect(try events.take(change(.started, number: 2, after: 20)).map(says) == [nil])
    }

    @Test("an event whose picture comes after its end gets one more revision, the same but for the picture")
    func picturedLate() throws {
        var events = MotionEvents(camera: "cam")
        _ = events.take(change(.started, after: 0.2))
        let end = events.take(change(.ended, after: 3))[0]
        let last = events.pictured(end.id)
        #expect(last.map(\.rev) == [3])
        #expect(last[0].id == end.id && last[0].endTS == end.endTS && last[0].ts == end.ts)
        #expect(try says(end) == nil && says(last[0]) == true)
        #expect(events.pictured(end.id).isEmpty)
        #expect(events.pictured(EventID(high: 1, low: 1)).isEmpty)
        // An event of which only the end was seen.
        let only = events.take(change(.ended, number: 2, after: 9))[0]
        #expect(events.pictured(only.id).map(\.rev) == [2])
    }

    @Test("an event that was cut short keeps its picture")
    func picturedCut() throws {
        var events = MotionEvents(camera: "cam")
        _ = events.pictured(events.take(change(.started, after: 0.5))[0].id)
        #expect(try says(events.take(change(.started, number: 2, after: 60))[0]) == true)
    }

    @Test("a stream that begins anew ends the episode that it left open")
    func restartedStream() {
        var events = MotionEvents(camera: "cam")
        let first = events.take(change(.started, after: 0.5))[0]
        let drafts = events.take(change(.started, number: 2, after: 60))
        #expect(drafts.map(\.id)[0] == first.id)
        #expect(drafts[0].endTS == Self.start.advanced(bySeconds: 0.5))
        #expect(drafts.map(\.rev) == [2, 1])
    }
}
