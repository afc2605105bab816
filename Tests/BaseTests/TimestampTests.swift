import Base
import Foundation
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "RFC 3339 reads as its moment",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-23T08:09:10.123456Z", 1_795_421_350_123_456),
            ("2026-11-23T09:09:10.123456+01:00", 1_795_421_350_123_456),
            ("2026-11-23t02:39:10.123456-05:30", 1_795_421_350_123_456), ("2026-11-23 08:09:10Z", 1_795_421_350_000_000),
            ("2026-11-23T08:09:10.1Z", 1_795_421_350_100_000), ("2026-11-23T08:09:10.123456789Z", 1_795_421_350_123_456),
            ("1969-12-31T23:59:59.999999Z", -1), ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
            ("2000-02-29T00:00:00Z", 951_782_400_000_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)])
    func reads(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(
        "anything else does not",
        arguments: [
            "", "2026", "2026-11-23", "2026-11-23T08:09:10", "2026-11-23T08:09Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00+01",
            "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00 Z", " 2026-01-01T00:00:00Z", "٢٠٢٦-01-01T00:00:00Z", "-026-01-01T00:00:00Z",
            "2026-1-01T00:00:00Z",
        ])
    func refuses(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test("every moment between the years 0 and 9999 survives being written", arguments: 1...20)
    func roundTrip(seed: Int) {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let time = Timestamp(microseconds: Int64.random(in: -62_167_219_200_000_000...253_402_300_799_999_999, using: &generator))
            #expect(Timestamp(rfc3339: time.rfc3339) == time, "\(time.microseconds)")
            #expect(time.rfc3339Bytes.count == 27)
        }
    }

    @Test("the calendar agrees with Foundation's on the first of every month of four centuries")
    func calendar() throws {
        var gregorian = Calendar(identifier: .gregorian)
        gregorian.timeZone = try #require(TimeZone(identifier: "UTC"))
        for year in 1800...2200 {
            for month in 1...12 {
                let date = try #require(gregorian.date(from: DateComponents(year: year, month: month, day: 1)))
                let text = String(format: "%04d-%02d-01T00:00:00Z", year, month)
                #expect(Timestamp(rfc3339: text)?.secondsSince1970 == date.timeIntervalSince1970)
            }
        }
    }

    @Test("moments beyond the calendar are written as its ends, and arithmetic never stops the process", arguments: [Int64.min, .max])
    func extremes(microseconds: Int64) {
        let time = Timestamp(microseconds: microseconds)
        #expect(["0000-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"].contains(time.rfc3339))
        for seconds in [0.0, 1e300, -1e300, .nan, .infinity] {
            _ = time.advanced(bySeconds: seconds)
            _ = Timestamp(secondsSince1970: seconds)
        }
        _ = time.seconds(since: Timestamp(microseconds: 0))
    }
}
