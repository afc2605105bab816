package import Base
private import Foundation
package import Protocol

/// A position in the newest-first list, opaque to clients: `ts` and `id` of the last event of a page, URL-safe Base64.
package struct PageToken: Sendable {
    package let ts: Timestamp
    package let id: EventID

    package init(ts: Timestamp, id: EventID) {
        self.ts = ts
        self.id = id
    }

    private static let version: UInt8 = 1

    /// Reads what `text` wrote; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == 34 else { return nil }
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        guard let data = Data(base64Encoded: standard + "=="), data.count == 25, data.first == Self.version else { return nil }
        let bytes = Array(data)
        func word(_ at: Int) -> UInt64 { bytes[at..<at + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        ts = Timestamp(microseconds: Int64(bitPattern: word(1)))
        id = EventID(high: word(9), low: word(17))
    }

    package var text: String {
        var bytes: [UInt8] = [Self.version]
        for word in [UInt64(bitPattern: ts.microseconds), id.high, id.low] {
            for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
