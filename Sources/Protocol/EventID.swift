package import Base

/// A UUID as 16 bytes: version 7 (RFC 9562) when made by a node, version 8 when derived by a hub.
package struct EventID: Sendable, Hashable, Comparable {
    /// Big-endian halves, so that comparing them compares the bytes.
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A UUIDv7: 48 bits of milliseconds, then 74 random bits.
    package init(at time: Timestamp) {
        var generator = SystemRandomNumberGenerator()
        self.init(at: time, using: &generator)
    }

    package init(at time: Timestamp, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(clamping: time.microseconds / 1000) & 0xFFFF_FFFF_FFFF
        high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &generator)
        low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &generator)
    }

    /// Whether it has the form of an id that a node makes: version 7, variant of RFC 9562.
    package var isNodeMade: Bool { high >> 12 & 0xF == 7 && low >> 62 == 0b10 }

    /// Parses the 36-character form, either case; nil for anything else.
    package init?(_ text: some StringProtocol) {
        var nibbles = 0
        var high: UInt64 = 0
        var low: UInt64 = 0
        var position = 0
        for byte in text.utf8 {
            defer { position += 1 }
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case 48...57: digit = byte - 48
            case 97...102: digit = byte - 87
            case 65...70: digit = byte - 55
            default: return nil
            }
            if nibbles < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
            nibbles += 1
            guard nibbles <= 32 else { return nil }
        }
        guard nibbles == 32, position == 36 else { return nil }
        self.high = high
        self.low = low
    }

    package static func < (a: EventID, b: EventID) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension EventID: CustomStringConvertible {
    /// The lower-case 36-character form.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var out = [UInt8]()
        out.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { out.append(UInt8(ascii: "-")) }
            let half = index < 16 ? high : low
            out.append(digits[Int(half >> UInt64(60 - index % 16 * 4) & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }
}

extension EventID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = EventID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
