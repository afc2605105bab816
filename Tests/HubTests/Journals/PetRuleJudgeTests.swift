import Base
import Protocol
import Testing

@testable import Hub

@Suite struct PetRuleJudgeTests {
    private static let milo = EventID(high: 0x0192_F6C2_0000_7000, low: 1)
    private let clocks = SiteClocks(zones: ["home": "Europe/Berlin", "shop": "America/New_York"])

    private static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: "2026-\(text)Z")) }

    private static func seen(
        _ from: String, _ to: String?, camera: String = "garden", site: String = "home", payload: String = "{}"
    ) throws -> StoredEvent {
        let ts = try time(from)
        let event = try Event(
            id: EventID(at: ts), rev: 1, node: "porch", epoch: "e", seq: 1, site: site, sourceID: camera, type: "pet", severity: .info,
            ts: ts, endTS: try to.map(time), payload: Array(payload.utf8))
        return StoredEvent(event: event, receivedAt: ts, acknowledgedAt: nil, acknowledgedBy: nil, flags: [])
    }

    private static func rule(_ condition: PetRule.Condition, since text: String = "11-01T00:00:00") throws -> PetRule {
        PetRule(
            id: EventID(high: 0x0192_F6C2_0000_7000, low: 9), individual: milo, condition: condition, createdAt: try time(text),
            createdBy: "admin")
    }

    /// From 22:00 to 06:00 by the clock of the site: 21:00 to 05:00 UTC in Berlin's winter.
    private func outside(
        _ sightings: [StoredEvent], now text: String = "11-25T12:00:00", from: Int = 22 * 60, to: Int = 6 * 60,
        since: String = "11-01T00:00:00"
    ) throws -> [PetAlert] {
        let rule = try Self.rule(.outside(from: from, to: to), since: since)
        return PetRuleJudge(clocks: clocks, now: try Self.time(text)).outside(
            rule, from: from, to: to, sightings: sightings.shuffled(), places: ["garden": .outdoor, "hall": .indoor, "door": .entrance])
    }

    @Test("A pet that is seen outside at night is told once a night, whatever is seen afterwards")
    func onceANight() throws {
        let evening = try Self.seen("11-23T21:10:00", "11-23T21:20:00")
        let sightings = try [
            evening, Self.seen("11-24T03:00:00", "11-24T03:10:00"), Self.seen("11-24T22:00:00", "11-24T22:01:00"),
            Self.seen("11-24T12:00:00", "11-24T12:01:00"), Self.seen("11-23T23:00:00", "11-23T23:01:00", camera: "hall"),
            Self.seen("11-23T23:00:00", "11-23T23:01:00", camera: "door"), Self.seen("11-23T23:00:00", "11-23T23:01:00", camera: "new"),
        ]
        let alerts = try outside(sightings)
        try #require(alerts.map(\.ts) == [evening.event.ts, try Self.time("11-24T22:00:00")])
        #expect(alerts[0].sighting == evening.event.id && alerts[0].camera == "garden" && alerts[0].end == alerts[0].ts)
        #expect(alerts[0].why.contains("22:10") && alerts[0].why.contains("22:00 and 06:00"))
        #expect(alerts[0].id != alerts[1].id)
        // Later, after a restart, and with what came late, it is the same.
        #expect(try outside(Array(sightings.prefix(2)), now: "11-24T04:00:00").map(\.id) == [alerts[0].id])
    }

    @Test("The edges of the span, by the site's clock")
    func edges() throws {
        func count(_ from: String, _ to: String?, site: String = "home", payload: String = "{}", now: String = "11-25T12:00:00") throws
            -> Int
        {
            try outside([Self.seen(from, to, site: site, payload: payload)], now: now).count
        }
        #expect(try count("11-23T20:50:00", "11-23T20:59:59") == 0)
        #expect(try count("11-23T20:50:00", "11-23T21:00:00") == 1)
        #expect(try count("11-24T04:59:59", "11-24T05:30:00") == 1)
        #expect(try count("11-24T05:00:00", "11-24T05:30:00") == 0)
        // In New York it is five in the afternoon.
        #expect(try count("11-23T22:00:00", "11-23T22:01:00", site: "shop") == 0)
        #expect(try count("11-24T04:00:00", "11-24T04:01:00", site: "shop") == 1)
        // One that goes on is told when the span begins, if it was seen until then.
        #expect(try count("11-23T20:00:00", nil, now: "11-23T20:59:00") == 0)
        #expect(try count("11-23T20:00:00", nil, now: "11-23T21:00:00") == 1)
        #expect(try count("11-23T20:00:00", nil, payload: #"{"last_ts":"2026-11-23T20:30:00Z"}"#, now: "11-23T23:00:00") == 0)
        // Within a day.
        let noon = try Self.seen("11-23T12:00:00", "11-23T12:01:00")
        #expect(try outside([noon], from: 12 * 60, to: 14 * 60).count == 1)
        #expect(try outside([noon], from: 14 * 60, to: 16 * 60).count == 0)
        // What was before the rule.
        #expect(try outside([noon], from: 12 * 60, to: 14 * 60, since: "11-23T12:30:00").count == 0)
    }

    private func unseen(_ hours: Int, now: String, _ absence: PetRuleJudge.Absence) throws -> PetAlert? {
        PetRuleJudge(clocks: clocks, now: try Self.time(now)).unseen(try Self.rule(.unseen(hours: hours)), hours: hours, absence)
    }

    @Test("A pet is missed once its cameras have watched for so many hours without it")
    func missed() throws {
        var absence = PetRuleJudge.Absence(last: try Self.seen("11-23T08:00:00", "11-23T08:10:00"))
        #expect(try unseen(12, now: "11-23T20:09:59", absence) == nil)
        let alert = try #require(try unseen(12, now: "11-23T20:10:00", absence))
        #expect(alert.end == nil && alert.sighting == absence.last.event.id && alert.why.contains("09:10"))
        #expect(try unseen(12, now: "11-24T20:10:00", absence)?.id == alert.id)
        // What was not watched does not count, however the outages overlap.
        absence.outages = try [
            (Self.time("11-23T07:00:00"), Self.time("11-23T09:10:00")), (Self.time("11-23T08:40:00"), Self.time("11-23T10:10:00")),
            (Self.time("11-23T09:00:00"), Self.time("11-23T09:30:00")), (Self.time("11-23T22:00:00"), Self.time("11-25T00:00:00")),
        ]
        #expect(try unseen(12, now: "11-23T20:10:00", absence) == nil)
        #expect(try unseen(12, now: "11-23T22:09:59", absence) == nil)
        #expect(try unseen(11, now: "11-23T21:10:00", absence) != nil)
        absence.isBlind = "Camera garden is offline."
        #expect(try unseen(11, now: "11-23T21:10:00", absence) == nil)
    }

    @Test("A pet that is there is not missed, and that it was missed ends when it is seen again, or the rule is gone")
    func ends() throws {
        let now = "11-24T20:00:00"
        #expect(try unseen(1, now: now, PetRuleJudge.Absence(last: Self.seen("11-23T08:00:00", nil))) == nil)
        let last = try Self.seen("11-23T08:00:00", "11-23T08:10:00")
        let alert = try #require(try unseen(1, now: now, PetRuleJudge.Absence(last: last)))
        let told = StoredEvent(
            event: try alert.event(rev: 1, epoch: "e", seq: 1), receivedAt: last.receivedAt, acknowledgedAt: nil, acknowledgedBy: nil,
            flags: [])
        let judge = PetRuleJudge(clocks: clocks, now: try Self.time("11-25T20:00:00"))
        #expect(judge.end(told, last: last) == nil)
        let again = try Self.seen("11-25T08:00:00", "11-25T08:10:00")
        #expect(judge.end(told, last: again) == again.event.ts)
        // It came late: seen before it was missed.
        #expect(try judge.end(told, last: Self.seen("11-24T19:00:00", "11-24T19:10:00")) == alert.ts)
        // It was deleted, or somebody said that it was another pet.
        #expect(judge.end(told, last: nil) == nil)
        #expect(try judge.end(told, last: Self.seen("11-22T19:00:00", "11-22T19:10:00")) == nil)
    }
}
