import Base
import Protocol
import TestSupport
import Testing

@testable import EdgeNode

@Suite("Uplink machine against a world that loses things")
struct UplinkSimulationTests {
    @Test("whatever is lost, doubled or late: every row is committed at the hub, and none is acknowledged that is not", arguments: 1...40)
    func converges(seed: Int) {
        var dice = SeededGenerator(seed: seed)
        var uplink = UplinkTranscript()
        var committed = SequenceRanges()
        var onTheWay: [UplinkBatch] = []
        var answers: [Acknowledgement] = []
        let total: Int64 = 700
        var added: Int64 = 0
        var steps = 0
        uplink.input(.connected)
        while uplink.acknowledged.count < total {
            steps += 1
            guard steps < 20_000 else { break }
            let calm = steps > 400
            if added < total, dice.chance(50) {
                let count = min(Int.random(in: 1...60, using: &dice), Int(total - added))
                uplink.add(count, lane: dice.chance(10) ? .urgent : .ordinary, bytes: Int.random(in: 50...3000, using: &dice))
                added += Int64(count)
            }
            if !calm, dice.chance(5) {
                uplink.input(.disconnected)
                for batch in uplink.takeSent() { uplink.input(.published(batch: batch.number, .failed)) }
                uplink.advance(by: Double.random(in: 0...30, using: &dice))
                uplink.input(.connected)
            }
            for batch in uplink.takeSent() {
                #expect(batch.rows.count <= 50)
                if !calm, dice.chance(15) {
                    uplink.input(.published(batch: batch.number, dice.chance(50) ? .noSubscribers : .failed))
                } else {
                    uplink.input(.published(batch: batch.number, .delivered))
                    if calm || dice.chance(80) { onTheWay.append(batch) }
                    if dice.chance(10) { onTheWay.append(batch) }
                }
            }
            onTheWay.shuffle(using: &dice)
            while let batch = onTheWay.popLast() {
                var answer = Acknowledgement(epoch: batch.epoch, batch: batch.number)
                let taken = calm || dice.chance(85) ? batch.rows : Array(batch.rows.prefix(batch.rows.count / 2))
                answer.committed = SequenceRanges(taken.map(\.seq))
                committed.formUnion(answer.committed)
                if calm || dice.chance(80) { answers.append(answer) }
            }
            answers.shuffle(using: &dice)
            while !answers.isEmpty, calm || dice.chance(70) { uplink.input(.answered(answers.removeLast())) }
            uplink.advance(by: Double.random(in: 0...3, using: &dice))
            #expect(uplink.machine.inFlight <= 16)
        }
        #expect(uplink.acknowledged.count == total)
        var both = committed
        both.formUnion(uplink.acknowledged)
        #expect(both == committed, "something was acknowledged that the hub has not committed")
        #expect(uplink.buried.isEmpty)
    }
}

extension SeededGenerator {
    fileprivate mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
