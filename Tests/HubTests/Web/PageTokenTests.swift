import Base
import Hub
import Protocol
import Testing

@Suite struct PageTokenTests {
    @Test("A token reads back as the position that it was made of", arguments: [0, 1_790_000_000_123_456, -1, Int64.max, Int64.min])
    func roundTrip(_ microseconds: Int64) throws {
        for (high, low) in [(UInt64(0), UInt64(0)), (0x0192_f6c2_0000_7000, 0x8000_0000_0000_0001), (.max, .max)] {
            let token = PageToken(ts: Timestamp(microseconds: microseconds), id: EventID(high: high, low: low))
            let read = try #require(PageToken(token.text))
            #expect(read.ts == token.ts)
            #expect(read.id == token.id)
            #expect(token.text.utf8.allSatisfy { !"+/=".utf8.contains($0) })
        }
    }

    @Test("Anything else is no token")
    func garbage() {
        let good = PageToken(ts: Timestamp(microseconds: 1_790_000_000_123_456), id: EventID(high: 1, low: 2)).text
        let bad: [String] = [
            "", "A", good + "A", String(good.dropLast()), "B" + good.dropFirst(), String(repeating: "=", count: 34),
            String(repeating: "\u{e9}", count: 17), String(repeating: "/", count: 34), String(good.dropLast()) + " ",
            "\0" + good.dropFirst(),
        ]
        for text in bad { #expect(PageToken(text) == nil, "\(text)") }
    }
}
