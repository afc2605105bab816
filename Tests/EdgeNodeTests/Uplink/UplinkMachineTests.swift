import Base
import Protocol
import Testing

@testable import EdgeNode

@Suite("Uplink machine")
struct UplinkMachineTests {
    private func connected(_ settings: UplinkSettings = UplinkSettings()) -> UplinkTranscript {
        var uplink = UplinkTranscript(settings)
        uplink.input(.connected)
        return uplink
    }

    @Test("nothing is sent before there is a connection, everything at once after it")
    func waitsForConnection() {
        var uplink = UplinkTranscript()
        uplink.add(3)
        #expect(uplink.sent.isEmpty)
        uplink.input(.connected)
        #expect(uplink.sent.map { $0.rows.map(\.seq) } == [[1, 2, 3]])
    }

    @Test("a lone event leaves at once; while it is on the way the next ones gather for 200 ms")
    func gathering() {
        var uplink = connected()
        uplink.add(1)
        #expect(uplink.takeSent().count == 1)
        uplink.add(1)
        uplink.advance(by: 0.1)
        uplink.add(1)
        #expect(uplink.sent.isEmpty)
        uplink.advance(by: 0.11)
        #expect(uplink.takeSent().map { $0.rows.map(\.seq) } == [[2, 3]])
    }

    @Test("a batch holds 50 events and 64 KiB at most, and 8 batches are on the way at most, one place of them for alarms")
    func bounds() {
        var uplink = connected()
        uplink.add(1000)
        #expect(uplink.sent.map(\.rows.count) == Array(repeating: 50, count: 7))
        uplink.add(1, lane: .urgent)
        #expect(uplink.takeSent().last?.rows.map(\.seq) == [1001])
        uplink.add(1, lane: .urgent)
        #expect(uplink.takeSent().isEmpty)

        var large = connected()
        large.add(10, bytes: 20_000)
        #expect(large.takeSent().map(\.rows.count) == [3, 3, 3])

        var huge = connected()
        huge.add(2, bytes: Limits.event)
        #expect(huge.takeSent().map(\.rows.count) == [1])
    }

    @Test("an alarm never waits for company, nor behind a backlog")
    func urgency() {
        var uplink = connected()
        uplink.add(1)
        #expect(uplink.takeSent().count == 1)
        uplink.add(1, lane: .urgent)
        #expect(uplink.takeSent().map { $0.rows.map(\.seq) } == [[2]])
    }

    @Test("the broker's word alone never ends a batch: it is sent again from 2 s to 60 s on until the hub has answered")
    func retries() throws {
        var uplink = connected()
        uplink.add(1)
        var waits: [Double] = []
        for _ in 0..<12 {
            let sentAt = uplink.now
            try #require(uplink.deliver().count == 1)
            #expect(uplink.acknowledged.isEmpty)
            for _ in 0..<400 where uplink.sent.isEmpty { uplink.advance(by: 0.25) }
            waits.append(uplink.now - sentAt)
        }
        #expect(waits.allSatisfy { $0 >= 2 && $0 <= 60.5 })
        #expect(waits[0] <= 4.5)
        #expect(waits.suffix(4).allSatisfy { $0 >= 30 })
        #expect(Set(waits).count > 3, "the waits are not jittered")
        let batch = uplink.deliver()[0]
        uplink.commit(batch)
        #expect(uplink.acknowledged == SequenceRanges([1]))
        uplink.advance(by: 300)
        #expect(uplink.sent.isEmpty)
        #expect(uplink.machine.deadline == nil)
    }

    @Test("only the rows that were committed are acknowledged, the others go again")
    func partialCommit() {
        var uplink = connected()
        uplink.add(1)
        _ = uplink.deliver()
        uplink.add(50)
        let batch = uplink.deliver()[0]
        uplink.commit(batch, seqs: [2, 3, 40, 9000])
        #expect(uplink.acknowledged == SequenceRanges([2, 3, 40]))
        uplink.advance(by: 5)
        let again = uplink.takeSent().first { $0.number == batch.number }
        #expect(again?.rows.count == 47)
        #expect(again?.rows.contains { [2, 3, 40].contains($0.seq) } == false)
    }

    @Test("an acknowledgement of another epoch changes nothing")
    func otherEpoch() {
        var uplink = connected()
        uplink.add(1)
        let batch = uplink.deliver()[0]
        var answer = Acknowledgement(epoch: "e0", batch: batch.number)
        answer.committed.insert(1...1)
        uplink.input(.answered(answer))
        #expect(uplink.acknowledged.isEmpty)
        #expect(uplink.machine.inFlight == 1)
    }

    @Test("without a hub one batch asks again, and everything goes once it is there")
    func noHub() throws {
        var uplink = connected()
        uplink.add(400)
        for batch in uplink.takeSent() { uplink.input(.published(batch: batch.number, .noSubscribers)) }
        var probes = 0
        for _ in 0..<600 {
            uplink.advance(by: 1)
            let sent = uplink.takeSent()
            #expect(sent.count <= 1)
            probes += sent.count
            for batch in sent { uplink.input(.published(batch: batch.number, .noSubscribers)) }
        }
        #expect((8...40).contains(probes))
        for _ in 0..<100 where uplink.sent.isEmpty { uplink.advance(by: 1) }
        let probe = try #require(uplink.takeSent().first)
        uplink.input(.published(batch: probe.number, .delivered))
        #expect(uplink.sent.count == 6)
    }

    @Test("a row whose dead letter was not written is read and sent again, after a pause")
    func buryFails() {
        var uplink = connected()
        uplink.add(1)
        let batch = uplink.deliver()[0]
        var answer = Acknowledgement(epoch: batch.epoch, batch: batch.number)
        answer.rejected = [Acknowledgement.Rejection(seq: 1, why: "a test says so")]
        uplink.input(.answered(answer))
        uplink.buried = [:]
        uplink.input(.buryFailed)
        #expect(uplink.sent.isEmpty)
        uplink.advance(by: 1.1)
        #expect(uplink.takeSent().map { $0.rows.map(\.seq) } == [[1]])
    }

    @Test("a file that takes the place of a damaged one is read from its beginning, beside what is on the way from the old one")
    func otherFile() {
        var uplink = connected()
        uplink.add(3)
        #expect(uplink.deliver().flatMap(\.rows).count == 3)
        uplink.replaceFile(rows: 2, epoch: "e2")
        uplink.advance(by: 0.3)
        #expect(uplink.takeSent().map { $0.rows.map(\.address) } == [[.init(epoch: "e2", seq: 1), .init(epoch: "e2", seq: 2)]])
        #expect(uplink.machine.inFlight == 2)
    }

    @Test("after a reconnection everything that was not acknowledged goes at once")
    func reconnection() {
        var uplink = connected()
        uplink.add(120)
        let before = uplink.deliver()
        uplink.input(.disconnected)
        uplink.advance(by: 3)
        #expect(uplink.sent.isEmpty)
        uplink.input(.connected)
        #expect(Set(uplink.takeSent().map(\.number)).isSuperset(of: before.map(\.number)))
    }

    @Test("a batch that cannot be read is halved down to the culprit, which becomes a dead letter; the others arrive")
    func unreadable() {
        var uplink = connected()
        uplink.add(50)
        uplink.add(1)
        var rounds = 0
        while uplink.acknowledged.count + Int64(uplink.buried.count) < 51, rounds < 200 {
            rounds += 1
            for batch in uplink.deliver() {
                if batch.rows.contains(where: { $0.seq == 23 }) {
                    var answer = Acknowledgement(epoch: nil, batch: batch.number)
                    answer.unreadable = "not JSON"
                    uplink.input(.answered(answer))
                } else {
                    uplink.commit(batch)
                }
            }
            uplink.advance(by: 0.25)
        }
        #expect(uplink.buried.keys.sorted() == [23])
        #expect(uplink.acknowledged.count == 50)
        #expect(rounds < 20)
    }

    @Test("a culprit is found where the hub cannot even say which batch it means")
    func unattributed() {
        var uplink = connected()
        uplink.add(300)
        var rounds = 0
        while uplink.acknowledged.count + Int64(uplink.buried.count) < 300, rounds < 2000 {
            rounds += 1
            for batch in uplink.deliver() {
                if batch.rows.contains(where: { $0.seq == 77 }) {
                    var answer = Acknowledgement(epoch: nil, batch: nil)
                    answer.unreadable = "not JSON"
                    uplink.input(.answered(answer))
                } else {
                    uplink.commit(batch)
                }
            }
            uplink.advance(by: 1)
        }
        #expect(uplink.buried.keys.sorted() == [77])
        #expect(uplink.acknowledged.count == 299)
    }

    @Test("a rejected row becomes a dead letter with the hub's reason, its neighbours are acknowledged")
    func rejected() {
        var uplink = connected()
        uplink.add(1)
        uplink.add(2)
        let first = uplink.deliver()[0]
        uplink.commit(first)
        let batch = uplink.deliver()[0]
        var answer = Acknowledgement(epoch: "e1", batch: batch.number)
        answer.committed.insert(2...2)
        answer.rejected = [.init(seq: 3, why: "no such site"), .init(seq: 900, why: "never sent")]
        uplink.input(.answered(answer))
        #expect(uplink.buried == [3: "no such site"])
        #expect(uplink.machine.inFlight == 0)
    }

    @Test("a stale epoch stops all sending until the rows have their new addresses")
    func staleEpoch() {
        var uplink = connected()
        uplink.add(120)
        let batches = uplink.deliver()
        var answer = Acknowledgement(epoch: "e1", batch: batches[0].number)
        answer.staleEpoch = true
        uplink.input(.answered(answer))
        #expect(uplink.staleEpochs == ["e1"])
        uplink.add(5)
        uplink.advance(by: 100)
        #expect(uplink.sent.isEmpty)
        uplink.readdress(to: "e2")
        uplink.input(.rewound)
        #expect(uplink.sent.allSatisfy { $0.epoch == "e2" })
        uplink.input(.answered(answer))
        #expect(uplink.staleEpochs == ["e1"], "an answer that comes late starts no further epoch")
    }

    @Test("rows that are made to wait again are sent again, those on the way are not doubled")
    func rewind() {
        var uplink = connected()
        uplink.add(50)
        uplink.add(10)
        let first = uplink.deliver()[0]
        uplink.commit(first)
        uplink.advance(by: 1)
        #expect(uplink.deliver().map(\.rows.count) == [10])
        uplink.acknowledged = SequenceRanges()
        uplink.input(.rewound)
        uplink.advance(by: 1)
        #expect(uplink.takeSent().flatMap(\.rows).map(\.seq) == Array(1...50))
    }

    @Test("a backlog and a large batch go compressed, a small batch does not")
    func compression() {
        var uplink = connected()
        uplink.add(1)
        #expect(uplink.takeSent().map(\.compressed) == [false])
        var backlog = connected()
        backlog.add(200)
        #expect(backlog.takeSent().map(\.compressed) == Array(repeating: true, count: 4))
        var large = connected()
        large.add(1, bytes: 9000)
        #expect(large.takeSent().map(\.compressed) == [true])
    }
}
