import Base
import Protocol
import Testing

@Suite("Event id")
struct EventIDTests {
    @Test("a new id is a UUID of version 7 that carries its millisecond and sorts by it")
    func version7() {
        let early = EventID(at: Timestamp(rfc3339: "2026-11-23T08:09:10.123Z")!)
        let late = EventID(at: Timestamp(rfc3339: "2026-11-23T08:09:10.124Z")!)
        let text = Array(early.description)
        #expect(text[14] == "7")
        #expect("89ab".contains(text[19]))
        #expect(early < late)
        #expect(early.description < late.description)
        #expect(Int64(early.high >> 16) == Timestamp(rfc3339: "2026-11-23T08:09:10.123Z")!.microseconds / 1000)
        #expect(Set((0..<1000).map { _ in EventID(at: Timestamp(microseconds: 0)) }).count == 1000)
    }

    @Test("times outside of what 48 bits hold make an id all the same", arguments: [Int64.min, -1, Int64.max])
    func extremes(microseconds: Int64) {
        let id = EventID(at: Timestamp(microseconds: microseconds))
        #expect(EventID(id.description) == id)
    }

    @Test("either case is read, lower case is written")
    func text() {
        let text = "0192F6C2-abcd-7ABC-8def-0123456789AB"
        #expect(EventID(text)?.description == text.lowercased())
    }

    @Test("in JSON an id and a severity are their words")
    func json() throws {
        struct Both: Codable, Equatable {
            var id: EventID
            var severity: Severity
        }
        let text = "{\"id\":\"0192f6c2-abcd-7abc-8def-0123456789ab\",\"severity\":\"warning\"}"
        let both = try NodeJSON.decode(Both.self, from: Array(text.utf8))
        #expect(NodeJSON.encode(both) == Array(text.utf8))
        for bad in [text.replacing("ab\"", with: "\""), text.replacing("warning", with: "loud")] {
            #expect(throws: JSONError.self) { try NodeJSON.decode(Both.self, from: Array(bad.utf8)) }
        }
    }

    @Test(
        "anything else is no id",
        arguments: [
            "", "0192f6c2", "0192f6c2abcd7abc8def0123456789ab", "0192f6c2-abcd-7abc-8def-0123456789a",
            "0192f6c2-abcd-7abc-8def-0123456789abc",
            "0192f6c2-abcd-7abc-8def-0123456789ag", "{192f6c2-abcd-7abc-8def-0123456789ab", "0192f6c2_abcd_7abc_8def_0123456789ab",
            "0192f6c2-abcd-7abc-8def0-123456789ab", "٠192f6c2-abcd-7abc-8def-0123456789",
        ])
    func bad(text: String) { #expect(EventID(text) == nil) }
}
