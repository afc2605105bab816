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
            phase: phase, number: number, start: MediaTime(seconds: 0), startTimestamp: Self.start, end: MediaTime(seconds: seconds),
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
