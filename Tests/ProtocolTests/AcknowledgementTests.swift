import Protocol
import Testing

@Suite("Acknowledgement")
struct AcknowledgementTests {
    @Test("every kind of answer reads back as it was written")
    func roundTrip() throws {
        var full = Acknowledgement(epoch: "e1", batch: 12)
        full.committed = SequenceRanges([1, 2, 3, 9])
        full.rejected = [.init(seq: 4, why: "no \"site\""), .init(seq: 5, why: "")]
        full.unreadable = "why not"
        full.staleEpoch = true
        #expect(try Acknowledgement(json: full.json) == full)
        let empty = Acknowledgement(epoch: nil, batch: nil)
        #expect(try Acknowledgement(json: empty.json) == empty)
        #expect(String(decoding: full.committed.json, as: UTF8.self) == "[[1,3],[9,9]]")
    }

    @Test("members that the hub leaves out are nothing")
    func partial() throws {
        let answer = try Acknowledgement(json: Array("{\"unreadable\":\"cut\",\"new\":1}".utf8))
        #expect(answer.unreadable == "cut")
        #expect(answer.epoch == nil)
        #expect(answer.committed.isEmpty)
        #expect(!answer.staleEpoch)
    }

    @Test(
        "garbage is an error",
        arguments: [
            "", "[]", "{\"committed\":5}", "{\"committed\":[5]}", "{\"committed\":[[1]]}", "{\"committed\":[[1,2,3]]}",
            "{\"committed\":[[3,1]]}",
            "{\"committed\":[[-1,1]]}", "{\"committed\":[[0,9007199254740992]]}", "{\"committed\":[[0,99999999999999999999]]}",
            "{\"committed\":[[\"1\",\"2\"]]}", "{\"committed\":[[1.0,2]]}", "{\"rejected\":[{}]}", "{\"rejected\":[5]}",
            "{\"rejected\":[{\"seq\":\"1\"}]}",
        ])
    func garbage(text: String) {
        #expect(throws: JSONError.self) { try Acknowledgement(json: Array(text.utf8)) }
    }
}
