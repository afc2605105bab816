import Base
import MediaTypes
import Protocol
import Testing
import Vision

@testable import EdgeNode

@Suite("Scene events")
struct SceneEventsTests {
    private static let start = Timestamp(microseconds: 1_795_000_000_000_000)
    private static let motionEvent = EventID(high: 0x0192_F6C2_0000_7000, low: 1)
    private static let otherEvent = EventID(high: 0x0192_F6C2_0000_7000, low: 2)

    private func motion(_ phase: MotionEpisodeChange.Phase, after seconds: Double) -> MotionEpisodeChange {
        MotionEpisodeChange(
            phase: phase, event: Self.motionEvent, number: 1, start: MediaTime(seconds: 0), startTimestamp: Self.start,
            end: MediaTime(seconds: seconds), endTimestamp: Self.start.advanced(bySeconds: seconds), peakScore: 0.5, area: 0.03,
            box: Box(x: 0.1, y: 0.2, width: 0.3, height: 0.4), boxes: [], zones: [], reasons: [], trigger: .packetSize, gateDelay: 0.1)
    }

    private func object(
        _ phase: ObjectChange.Phase, after seconds: Double, explains: Bool = true, label: String = "person"
    ) -> ObjectChange {
        ObjectChange(
            phase: phase, event: explains ? Self.motionEvent : Self.otherEvent, explainsMotion: explains, track: explains ? 1 : 2,
            label: label, kind: ObjectKind(label: label) ?? .vehicle, score: 0.91, start: MediaTime(seconds: 0), startTimestamp: Self.start,
            end: MediaTime(seconds: seconds), endTimestamp: Self.start.advanced(bySeconds: seconds),
            box: Box(x: 0.4, y: 0.2, width: 0.1, height: 0.4), lastBox: Box(x: 0.5, y: 0.2, width: 0.1, height: 0.4), zones: ["gate"],
            sightings: 12)
    }

    @Test("a motion event that an object explains goes on as that object's: same id and time, higher revisions, another type")
    func explained() throws {
        var events = SceneEvents(camera: "cam")
        var drafts = events.take(motion(.started, after: 0.2)) + events.take(object(.started, after: 0.8))
        drafts += events.take(motion(.updated, after: 6)) + events.take(object(.updated, after: 7)) + events.take(motion(.ended, after: 9))
        drafts += events.take(object(.ended, after: 20))
        #expect(drafts.map(\.type) == ["motion", "person", "person", "person"])
        #expect(drafts.map(\.rev) == [1, 2, 3, 4])
        #expect(drafts.allSatisfy { $0.id == Self.motionEvent && $0.ts == Self.start && $0.sourceID == "cam" })
        #expect(drafts.map(\.severity) == [.notice, .warning, .warning, .warning])
        #expect(drafts.map(\.endTS) == [nil, nil, nil, Self.start.advanced(bySeconds: 20)])
        let payload = try JSONObject(drafts[2].payload)
        #expect(payload.double("score") == 0.91)
        let range = try #require(try payload.elements("objects")?.first)
        let seen = try JSONObject(Array(drafts[2].payload[range]))
        #expect(seen.string("label") == "person" && seen.double("track") == 1)
        #expect(payload.string("last_ts") == Self.start.advanced(bySeconds: 7).rfc3339)
        let why = try #require(try payload.object("why"))
        #expect(why.string("trigger") == "motion+person" && why.string("gate") == "packet-size" && why.double("area") == 0.03)
        #expect(try JSONObject(drafts[3].payload).raw("last_ts") == nil)
    }

    @Test("an object that is recognised only after its motion has ended takes over the ended event")
    func late() {
        var events = SceneEvents(camera: "cam")
        let drafts =
            events.take(motion(.started, after: 0.2)) + events.take(motion(.ended, after: 3)) + events.take(object(.started, after: 2.8))
            + events.take(object(.ended, after: 2.8))
        #expect(drafts.map(\.type) == ["motion", "motion", "person", "person"])
        #expect(drafts.map(\.rev) == [1, 2, 3, 4])
        #expect(drafts.map(\.endTS).last == Self.start.advanced(bySeconds: 2.8))
    }

    @Test("a further object has an event of its own, and motion that nothing explains stays motion")
    func further() {
        var events = SceneEvents(camera: "cam")
        let drafts =
            events.take(motion(.started, after: 0.2))
            + events.take(object(.started, after: 1, explains: false, label: "dog"))
            + events.take(motion(.ended, after: 5)) + events.take(object(.ended, after: 6, explains: false, label: "dog"))
        #expect(drafts.map(\.type) == ["motion", "pet", "motion", "pet"])
        #expect(drafts.map(\.rev) == [1, 1, 2, 2])
        #expect(Set(drafts.map(\.id)) == [Self.motionEvent, Self.otherEvent])
    }

    @Test("updates come no more often than motion's do, but what it is is told at once")
    func pace() {
        var events = SceneEvents(camera: "cam")
        var drafts = events.take(object(.started, after: 0, explains: false, label: "dog"))
        for second in 1..<5 {
            drafts += events.take(object(.updated, after: Double(second), explains: false, label: "cat"))
        }
        #expect(drafts.count == 1)
        drafts += events.take(object(.updated, after: 4.1, explains: false, label: "bear"))
        #expect(drafts.map(\.type) == ["pet", "wildlife"])
    }

    @Test("a picture is told of in the next revision, or in one of its own where there is no next one", arguments: [true, false])
    func pictured(explains: Bool) throws {
        var events = SceneEvents(camera: "cam")
        _ = events.take(motion(.started, after: 0.2))
        let id = explains ? Self.motionEvent : Self.otherEvent
        _ = events.take(object(.started, after: 1, explains: explains))
        #expect(events.pictured(id).isEmpty)
        let end = try #require(events.take(object(.ended, after: 4, explains: explains)).first)
        #expect(try JSONObject(end.payload).raw("snapshot") != nil)
        #expect(events.pictured(id).isEmpty)

        var late = SceneEvents(camera: "cam")
        _ = late.take(motion(.started, after: 0.2))
        _ = late.take(object(.started, after: 1, explains: explains))
        let last = try #require(late.take(object(.ended, after: 4, explains: explains)).first)
        let more = try #require(late.pictured(id).first)
        #expect(more.rev == last.rev + 1 && more.endTS == last.endTS && more.type == "person")
        #expect(try JSONObject(more.payload).raw("snapshot") != nil)
    }

    @Test("a picture of the motion stays told of when an object takes over")
    func picturedBefore() throws {
        var events = SceneEvents(camera: "cam")
        _ = events.take(motion(.started, after: 0.2))
        #expect(events.pictured(Self.motionEvent).isEmpty)
        let taken = try #require(events.take(object(.started, after: 1)).first)
        #expect(try JSONObject(taken.payload).raw("snapshot") != nil)
    }

    @Test("motion that begins while an object is in sight is told only if it is not that object's")
    func goesOn() {
        for isKnown in [true, false] {
            var events = SceneEvents(camera: "cam")
            _ = events.take(object(.started, after: 1, explains: false))
            var drafts = events.take(motion(.started, after: 0.2))
            #expect(drafts.isEmpty)
            if isKnown { events.explain(Self.motionEvent) }
            drafts += events.take(motion(.updated, after: 6)) + events.take(motion(.ended, after: 9))
            #expect(drafts.map(\.rev) == (isKnown ? [] : [1, 2]))
            #expect(drafts.allSatisfy { $0.type == "motion" && $0.ts == Self.start })
        }
    }

    @Test("motion that was told before it turned out to be an object's goes on to its own end")
    func toldBefore() {
        var events = SceneEvents(camera: "cam")
        _ = events.take(object(.started, after: 1, explains: false))
        var drafts = events.take(motion(.started, after: 0.2)) + events.take(motion(.updated, after: 6))
        events.explain(Self.motionEvent)
        #expect(!events.isSilenced(Self.motionEvent))
        drafts += events.take(motion(.ended, after: 9))
        #expect(drafts.map(\.rev) == [1, 2] && drafts.last?.endTS != nil)
    }

    @Test("a picture of motion that is held back is told of once the motion is, and is not wanted where it never will be")
    func heldBack() throws {
        var events = SceneEvents(camera: "cam")
        _ = events.take(object(.started, after: 1, explains: false))
        _ = events.take(motion(.started, after: 0.2))
        #expect(events.pictured(Self.motionEvent).isEmpty)
        let end = try #require(events.take(motion(.ended, after: 6)).last)
        #expect(try JSONObject(end.payload).raw("snapshot") != nil)
        var others = SceneEvents(camera: "cam")
        _ = others.take(object(.started, after: 1, explains: false))
        _ = others.take(motion(.started, after: 0.2))
        others.explain(Self.motionEvent)
        #expect(others.isSilenced(Self.motionEvent))
    }

    @Test("a camera that is taken away ends what was in its sight, and what comes after that is nothing")
    func removed() throws {
        var events = SceneEvents(camera: "cam")
        let first = events.take(object(.started, after: 1, explains: false))
        let last = try #require(events.removed().first)
        #expect(last.id == first.first?.id && last.rev == 2 && last.endTS == Self.start.advanced(bySeconds: 1))
        #expect(events.take(object(.ended, after: 3, explains: false)).isEmpty)
        #expect(events.removed().isEmpty)
    }
}
