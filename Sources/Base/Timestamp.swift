/// A moment in UTC, in whole microseconds since 1970-01-01T00:00:00Z: what JSON, PostgreSQL and SQLite all carry without loss.
package struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Microseconds since the Unix epoch; negative before it.
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// - Parameter secondsSince1970: Rounded to the nearest microsecond; values out of range are clamped.
    package init(secondsSince1970 seconds: Double) {
        self.microseconds = Int64(clamping: (seconds * 1_000_000).rounded().clampedToInt64)
    }

    package var secondsSince1970: Double { Double(microseconds) / 1_000_000 }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

    package func advanced(bySeconds seconds: Double) -> Timestamp {
        Timestamp(microseconds: microseconds &+ Int64((seconds * 1_000_000).rounded().clampedToInt64))
    }

    /// Seconds from `other` to this.
    package func seconds(since other: Timestamp) -> Double { Double(microseconds &- other.microseconds) / 1_000_000 }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rfc3339)
    }
}

extension Timestamp: CustomStringConvertible {
    package var description: String { rfc3339 }
}

extension Timestamp {
    /// RFC 3339 in UTC with microseconds: `2026-11-23T08:09:10.123456Z`. Years outside 0000–9999 are clamped to that range.
    package var rfc3339: String {
        String(decoding: rfc3339Bytes, as: UTF8.self)
    }

    /// The 27 ASCII bytes of `rfc3339`.
    package var rfc3339Bytes: [UInt8] {
        let clamped = min(max(microseconds, Self.yearZero), Self.endOfYear9999)
        let (days, micros) = clamped.quotientAndRemainderFloored(dividingBy: 86_400_000_000)
        let (year, month, day) = Self.civil(daysSince1970: days)
        let second = micros / 1_000_000
        var out = [UInt8]()
        out.reserveCapacity(27)
        func put(_ value: Int64, _ digits: Int) {
            var divisor: Int64 = 1
            for _ in 1..<digits { divisor *= 10 }
            var rest = value
            for _ in 0..<digits {
                out.append(UInt8(48 + rest / divisor % 10))
                rest %= divisor
                divisor = max(1, divisor / 10)
            }
        }
        put(year, 4)
        out.append(UInt8(ascii: "-"))
        put(month, 2)
        out.append(UInt8(ascii: "-"))
        put(day, 2)
        out.append(UInt8(ascii: "T"))
        put(second / 3600, 2)
        out.append(UInt8(ascii: ":"))
        put(second / 60 % 60, 2)
        out.append(UInt8(ascii: ":"))
        put(second % 60, 2)
        out.append(UInt8(ascii: "."))
        put(micros % 1_000_000, 6)
        out.append(UInt8(ascii: "Z"))
        return out
    }

    /// Parses RFC 3339 with any offset and up to nine fractional digits (those past the sixth are cut off); nil if it is not that.
    /// A leap second (`:60`) reads as the second after it.
    package init?(rfc3339 text: some StringProtocol) {
        self.init(rfc3339Bytes: Array(text.utf8))
    }

    /// As `init(rfc3339:)`, from ASCII bytes.
    package init?(rfc3339Bytes text: [UInt8]) {
        var at = 0
        func digits(_ count: Int) -> Int64? {
            guard at + count <= text.count else { return nil }
            var value: Int64 = 0
            for _ in 0..<count {
                let digit = text[at]
                guard digit >= 48, digit <= 57 else { return nil }
                value = value * 10 + Int64(digit - 48)
                at += 1
            }
            return value
        }
        func take(_ characters: String) -> UInt8? {
            guard at < text.count, characters.utf8.contains(text[at]) else { return nil }
            at += 1
            return text[at - 1]
        }
        guard let year = digits(4), take("-") != nil, let month = digits(2), take("-") != nil, let day = digits(2),
            take("Tt ") != nil, let hour = digits(2), take(":") != nil, let minute = digits(2), take(":") != nil,
            let second = digits(2), (1...12).contains(month), day >= 1, day <= Self.daysInMonth(year, month),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if take(".") != nil {
            var scale: Int64 = 100_000
            var seen = 0
            while at < text.count, text[at] >= 48, text[at] <= 57 {
                fraction += Int64(text[at] - 48) * scale
                scale /= 10
                seen += 1
                at += 1
            }
            guard (1...9).contains(seen) else { return nil }
        }
        guard let zone = take("Zz+-") else { return nil }
        var offset: Int64 = 0
        if zone == UInt8(ascii: "+") || zone == UInt8(ascii: "-") {
            guard let hours = digits(2), take(":") != nil, let minutes = digits(2), hours < 24, minutes < 60 else { return nil }
            offset = (hours * 60 + minutes) * 60 * (zone == UInt8(ascii: "-") ? -1 : 1)
        }
        guard at == text.count else { return nil }
        let seconds = Self.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.microseconds = seconds * 1_000_000 + fraction
    }

    private static let yearZero = days(0, 1, 1) * 86_400_000_000
    private static let endOfYear9999 = days(10_000, 1, 1) * 86_400_000_000 - 1

    private static func daysInMonth(_ year: Int64, _ month: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The inverse of `days`, by the same source.
    private static func civil(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = daysSince1970 + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderFloored(dividingBy divisor: Int64) -> (Int64, Int64) {
        let (q, r) = quotientAndRemainder(dividingBy: divisor)
        return r < 0 ? (q - 1, r + divisor) : (q, r)
    }
}

extension Double {
    fileprivate var clampedToInt64: Int64 {
        if isNaN { return 0 }
        if self >= 9.2e18 { return .max }
        if self <= -9.2e18 { return .min }
        return Int64(self)
    }
}
