import Base
import Protocol
import Testing

@testable import Hub

/// What journals count, without a store.
@Suite struct JournalPiecesTests {
    private static func stored(
        _ payload: String, identities: String = "[]", at text: String = "2026-11-23T12:00:00Z", end: Double? = 30,
        camera: String = "garden", site: String = "home", snapshot: Int? = nil
    ) throws -> StoredEvent {
        let ts = try #require(Timestamp(rfc3339: text))
        let event = try Event(
            id: EventID(at: ts), rev: 1, node: "porch", epoch: "e", seq: 1, site: site, sourceID: camera, type: "wildlife",
            severity: .info, ts: ts, endTS: end.map { ts.advanced(bySeconds: $0) }, payload: Array(payload.utf8))
        return StoredEvent(
            event: event, receivedAt: ts, acknowledgedAt: nil, acknowledgedBy: nil, flags: [], snapshot: snapshot,
            identities: Array(identities.utf8))
    }

    private static func owl(_ score: Double, _ text: String, camera: String = "garden", snapshot: Int? = nil) throws -> StoredEvent {
        try stored(
            #"{"objects":[{"label":"bird","score":0.6,"species":{"name":"Owl","level":"group","score":\#(score)}}]}"#, at: text,
            camera: camera, snapshot: snapshot)
    }

    @Test("What animal it is says whoever knows best: somebody, the second look, the detector")
    func animals() throws {
        func seen(_ payload: String, _ identities: String = "[]") throws -> String {
            let sighting = AnimalSighting(try Self.stored(payload, identities: identities))
            return "\(sighting.animal) \(sighting.level.rawValue) \(sighting.score.map { "\($0)" } ?? "-")"
        }
        let owl = #"{"objects":[{"label":"bird","score":0.6,"species":{"name":"Owl","level":"group","score":0.9}}]}"#
        #expect(try seen(owl) == "owl group 0.9")
        #expect(
            try seen(owl, #"[{"kind":"pet","state":"unknown","name":null},{"kind":"species","name":"Tawny owl"}]"#) == "tawny owl said -")
        #expect(
            try seen(#"{"objects":[{"label":"bird","score":0.6,"species":{"name":"x","level":"animal","score":1}}]}"#) == "bird label 0.6")
        #expect(try seen(#"{"objects":[{"label":"animal","score":7}]}"#) == "animal animal -")
        for damaged in ["{}", #"{"objects":3}"#, #"{"objects":[]}"#, #"{"objects":[1]}"#, #"{"objects":[{"species":{"name":""}}]}"#] {
            #expect(try seen(damaged, "[") == "animal animal -")
        }
    }

    @Test("A journal counts by the hour and the month of the site's clock, and shows the surest picture")
    func wildlife() throws {
        var journal = WildlifeJournal(clocks: SiteClocks(zones: ["home": "Europe/Berlin"]))
        let owls = try [
            Self.owl(0.9, "2026-10-31T22:30:00Z", snapshot: 1), Self.owl(0.95, "2026-10-31T23:30:00Z", camera: "door", snapshot: 2),
            Self.owl(0.99, "2026-11-01T23:40:00Z"),
        ]
        for event in owls + [try Self.stored(#"{"objects":[{"label":"bear","score":0.5}]}"#)] { journal.add(AnimalSighting(event)) }
        let entries = journal.entries
        try #require(entries.map(\.animal) == ["owl", "bear"])
        #expect(entries[0].sightings == 3 && entries[0].picture == owls[1].event.id)
        #expect(entries[0].hours.enumerated().filter { $0.element > 0 }.map { [$0.offset, $0.element] } == [[0, 2], [23, 1]])
        #expect(entries[0].months == ["2026-10": 1, "2026-11": 2] && entries[0].cameras == ["door": 1, "garden": 2])
        #expect(entries[0].firstSeen == owls[0].event.ts && entries[0].lastSeen == owls[2].event.ts)
        #expect(abs((entries[0].score ?? 0) - 0.9467) < 0.001 && entries[1].picture == nil)
    }

    @Test("However many kinds there are, a journal stays small")
    func bounded() throws {
        var journal = WildlifeJournal(clocks: SiteClocks())
        for number in 0..<1200 { journal.add(AnimalSighting(try Self.stored(#"{"objects":[{"label":"x\#(number)"}]}"#))) }
        #expect(journal.entries.count == 1001)
        #expect(journal.entries.first { $0.animal == "animal" }?.sightings == 200)
    }

    @Test("Somebody's days: when, where most often, where last")
    func activity() throws {
        let now = try #require(Timestamp(rfc3339: "2026-11-23T18:00:00Z"))
        var activity = IndividualActivity(clocks: SiteClocks(zones: ["home": "Europe/Berlin"]), now: now)
        #expect(activity.last == nil && activity.cameras == [])
        let events = try [
            Self.stored("{}", at: "2026-11-22T23:30:00Z"), Self.stored("{}", at: "2026-11-23T12:00:00Z", camera: "door"),
            Self.stored(#"{"last_ts":"2026-11-23T17:30:00Z"}"#, at: "2026-11-23T17:00:00Z", end: nil),
        ]
        for event in events.reversed() { activity.add(event) }
        #expect(activity.sightings == 3 && activity.hours[0] == 1 && activity.hours[13] == 1 && activity.hours[18] == 1)
        #expect(activity.days == ["2026-11-23": 3])
        #expect(activity.cameras.map(\.camera) == ["garden", "door"] && activity.cameras[0].sightings == 2)
        #expect(activity.last?.event == events[2].event.id && activity.last?.seen.rfc3339.hasPrefix("2026-11-23T17:30") == true)
    }

    @Test("A cell is never a formula, and lines stay lines")
    func csv() {
        var out: [UInt8] = []
        CSVText.append(["a", "", "1.5", "x,y", "say \"no\"", "two\nlines"], to: &out)
        CSVText.append(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "=cmd|' /C calc'!A0,\"", "a=b"], to: &out)
        // A quote with an accent on it, and other ways to begin a cell.
        CSVText.append(["x\"\u{301},=1+1", "fox;=1+1", "fox\t+1", "a;b"], to: &out)
        // Blanks and quotes that some take away, and signs as wide as an ideograph.
        CSVText.append([" =1", "\"=1", "\u{ff1d}1", "\u{200b}@a", "fox; =1", "fox;\"=1", " a=b"], to: &out)
        let expected =
            "a,,1.5,\"x,y\",\"say \"\"no\"\"\",\"two\nlines\"\r\n"
            + "'=1+1,'+1,'-1,'@SUM(A1),\"'\tx\",' =1,\"'=cmd|' /C calc'!A0,\"\"\",a=b\r\n"
            + "\"x\"\"\u{301} =1+1\",fox =1+1,fox +1,\"a;b\"\r\n"
            + "' =1,\"'\"\"=1\",'\u{ff1d}1,'\u{200b}@a,fox  =1,\"fox \"\"=1\", a=b\r\n"
        #expect(String(decoding: out, as: UTF8.self) == expected)
    }
}
