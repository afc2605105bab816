import Base

/// A calendar month in UTC, counted from year 0.
struct Month: Sendable, Hashable, Comparable {
    /// Year × 12 + month − 1.
    let number: Int

    init(number: Int) { self.number = number }

    /// The month that a moment lies in; moments outside the years 0–9999 count to the first or last month of that range.
    init(_ time: Timestamp) {
        let text = time.rfc3339Bytes
        func digits(_ range: Range<Int>) -> Int { text[range].reduce(0) { $0 * 10 + Int($1) - 48 } }
        number = digits(0..<4) * 12 + digits(5..<7) - 1
    }

    var year: Int { number / 12 }
    var ordinal: Int { number % 12 + 1 }

    /// `2026_11`.
    var suffix: String { "\(Self.padded(year, 4))_\(Self.padded(ordinal, 2))" }

    /// First microsecond of the month.
    var start: Timestamp {
        Timestamp(rfc3339: "\(Self.padded(year, 4))-\(Self.padded(ordinal, 2))-01T00:00:00Z") ?? Timestamp(microseconds: 0)
    }

    func advanced(by months: Int) -> Month { Month(number: number + months) }

    static func < (a: Month, b: Month) -> Bool { a.number < b.number }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
