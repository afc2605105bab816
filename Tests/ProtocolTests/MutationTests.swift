import Base
import Foundation
import Protocol
import TestSupport
import Testing

@Suite("Mutated input")
struct MutationTests {
    /// Changes some bytes: flips, cuts, doubles, and pieces that parsers stumble over.
    private static func mutate(_ bytes: [UInt8], _ dice: inout SeededGenerator) -> [UInt8] {
        var out = bytes
        let pieces = [
            "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud83d", ",", ":", "null", "-", "1e999", "0", "99999999999999999999", "\u{0}", "é",
        ]
        for _ in 0..<Int.random(in: 1...4, using: &dice) {
            guard !out.isEmpty else { break }
            let at = Int.random(in: 0..<out.count, using: &dice)
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: out[at] = UInt8.random(in: 0...255, using: &dice)
            case 1: out[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            case 2: out.removeSubrange(at..<min(out.count, at + Int.random(in: 1...40, using: &dice)))
            case 3: out.insert(contentsOf: pieces.randomElement(using: &dice)!.utf8, at: at)
            case 4: out.insert(contentsOf: out[at..<min(out.count, at + Int.random(in: 1...60, using: &dice))], at: at)
            default: out.removeLast(out.count - at)
            }
        }
        return out
    }

    @Test("no batch makes the parser stop; what it accepts is sound", arguments: 1...20)
    func batches(seed: Int) throws {
        var dice = SeededGenerator(seed: seed)
        let batch = EventBatchTests.payload(
            (1...4).map { EventBatchTests.body($0, ["extra": "{\"t\":\"\\u00e4\\n€\",\"n\":[1,-2.5e3,null,true]}"]) })
        var accepted = 0
        for _ in 0..<1500 {
            let payload = Self.mutate(batch, &dice)
            guard let read = try? EventBatch(payload: payload, fromNode: "porch") else { continue }
            accepted += 1
            for event in read.events { #expect(try Event(body: event.body) == event) }
            #expect((try? JSONSerialization.jsonObject(with: Data(payload))) != nil || Self.mayDiffer(payload))
        }
        #expect(accepted > 0)
    }

    /// Foundation refuses lone surrogates and numbers beyond its range, which RFC 8259 leaves open.
    private static func mayDiffer(_ payload: [UInt8]) -> Bool {
        let text = String(decoding: payload, as: UTF8.self).lowercased()
        return text.contains("\\ud") || text.contains("e999") || text.contains("\0")
    }

    @Test("no acknowledgement, summary, time, id or small message makes a parser stop", arguments: 1...10)
    func others(seed: Int) throws {
        var dice = SeededGenerator(seed: seed)
        var answer = Acknowledgement(epoch: "e1", batch: 3)
        answer.committed = SequenceRanges([1, 2, 5])
        answer.rejected = [.init(seq: 4, why: "why")]
        let summary = PublishedEvent(cursor: 9, event: try EventTests.event(), acknowledged: false).json
        let health = try #require(NodeJSON.encode(NodeHealth(ts: Timestamp(microseconds: 0))))
        for _ in 0..<1500 {
            _ = try? Acknowledgement(json: Self.mutate(answer.json, &dice))
            _ = try? PublishedEvent(json: Self.mutate(summary, &dice))
            _ = try? NodeJSON.decode(NodeHealth.self, from: Self.mutate(health, &dice))
            _ = Timestamp(rfc3339Bytes: Self.mutate(Array("2026-11-23T08:09:10.123456+05:30".utf8), &dice))
            _ = EventID(String(decoding: Self.mutate(Array(EventTests.id.description.utf8), &dice), as: UTF8.self))
            _ = try? SequenceRanges(json: Self.mutate(answer.committed.json, &dice))
        }
    }
}
