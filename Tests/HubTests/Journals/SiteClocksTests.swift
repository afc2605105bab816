import Base
import Testing

@testable import Hub

@Suite struct SiteClocksTests {
    private let clocks = SiteClocks(zones: ["home": "Europe/Berlin", "shop": "America/New_York", "moon": "Moon/Tycho"], standard: "UTC")

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    @Test("Each site has its own clock, and an unknown zone is the standard one")
    func moments() throws {
        let noon = try time("2026-07-01T23:30:00Z")
        #expect(clocks.moment(noon, at: "home") == .init(year: 2026, month: 7, day: 2, hour: 1, minute: 30))
        #expect(clocks.moment(noon, at: "shop") == .init(year: 2026, month: 7, day: 1, hour: 19, minute: 30))
        for site in ["moon", "elsewhere"] { #expect(clocks.moment(noon, at: site).hour == 23 && clocks.zone(of: site) == "GMT") }
        #expect(
            SiteClocks.isZone("Europe/Berlin") && SiteClocks.isZone("UTC") && SiteClocks.isZone("Asia/Kolkata")
                && SiteClocks.isZone("America/Buenos_Aires")
                && !SiteClocks.isZone("Moon/Tycho") && !SiteClocks.isZone("") && !SiteClocks.isZone("../etc/passwd"))
    }

    @Test("A minute of a day is found where clocks are put forward and back")
    func daylightSaving() throws {
        // Forward on 2026-03-29 at 02:00, back on 2026-10-25 at 03:00.
        let spring = try time("2026-03-29T10:00:00Z")
        #expect(clocks.time(22 * 60, days: -1, from: spring, at: "home") == (try time("2026-03-28T21:00:00Z")))
        #expect(clocks.time(6 * 60, days: 0, from: spring, at: "home") == (try time("2026-03-29T04:00:00Z")))
        let left = clocks.time(2 * 60 + 30, days: 0, from: spring, at: "home")
        #expect(try left >= time("2026-03-29T01:00:00Z") && left <= time("2026-03-29T01:30:00Z"))
        let autumn = try time("2026-10-25T12:00:00Z")
        #expect(clocks.time(6 * 60, days: 0, from: autumn, at: "home") == (try time("2026-10-25T05:00:00Z")))
        #expect(clocks.time(6 * 60, days: 1, from: autumn, at: "home") == (try time("2026-10-26T05:00:00Z")))
    }
}
