import Base
import Protocol
import Testing

@testable import Hub

/// What a node's outbox has given out, held against what is committed.
@Suite struct OutboxAuditTests {
    /// Reports every 15 s, each answered by the store.
    private func run(
        _ script: inout PresenceScript, reports: Int, last: Int64, waiting: Int = 0, dead: Int = 0, _ ranges: ClosedRange<Int64>...
    ) {
        for _ in 0..<reports {
            script.wait(15)
            let looks = script.looks.count
            script.health(last: last, waiting: waiting, dead: dead)
            guard script.looks.count > looks else { continue }
            var all = SequenceRanges()
            for range in ranges { all.insert(range) }
            script.take(.committed(node: "porch", epoch: "e1", all))
        }
    }

    @Test func `What is committed, waits or is a dead letter is not missing`() {
        var script = PresenceScript()
        run(&script, reports: 10, last: 100, waiting: 5, dead: 2, 1...40, 44...96)
        #expect(script.told == [])
        #expect(script.porch.committed == 93)
        #expect(script.porch.lag == 5)
    }

    @Test func `What is missing for a minute is told once, grows by revisions, and ends when it has arrived`() throws {
        var script = PresenceScript()
        run(&script, reports: 4, last: 10, 1...7)
        #expect(script.told == [])
        run(&script, reports: 1, last: 10, 1...7)
        #expect(script.told == ["system 1"])
        let event = script.events[0]
        #expect(event.severity == .warning)
        #expect(event.sourceID == "porch")
        #expect(event.id == EventID(subject: "porch/e1", transition: 1))
        #expect(script.seconds(event.ts) == 15)
        #expect(event.payload.contains(#""missing":{"node":"porch","epoch":"e1","count":3}"#))
        run(&script, reports: 3, last: 10, 1...7)
        #expect(script.told == ["system 1"])
        run(&script, reports: 2, last: 12, 1...7)
        #expect(script.told == ["system 1", "system 2"])
        run(&script, reports: 1, last: 12, 1...9)
        #expect(script.told == ["system 1", "system 2"])
        run(&script, reports: 1, last: 12, 1...12)
        #expect(script.told == ["system 1", "system 2", "system 3 ended"])
        #expect(Set(script.events.map(\.id)).count == 1)
        #expect(Set(script.events.map(\.ts)).count == 1)
        #expect(script.porch.missing?.isOpen == false)
        #expect(script.porch.lag == 0)
    }

    @Test func `Numbers above the node's last do not fill the holes below it`() {
        var script = PresenceScript()
        run(&script, reports: 6, last: 50, 1...40, 60...100)
        #expect(script.told == ["system 1"])
        #expect(script.porch.missing?.count == 10)
        #expect(script.porch.lag == 10)
    }

    @Test func `A shortage that passes within a minute is none`() {
        var script = PresenceScript()
        for _ in 0..<5 {
            run(&script, reports: 3, last: 10, 1...7)
            run(&script, reports: 1, last: 10, 1...10)
        }
        #expect(script.told == [])
    }

    @Test func `The store is asked only where the known numbers do not account for everything, and once between two reports`() {
        var script = PresenceScript()
        run(&script, reports: 5, last: 10, 1...10)
        #expect(script.looks.count == 1)
        run(&script, reports: 1, last: 11, 1...11)
        #expect(script.looks.count == 2)
        for _ in 0..<10 {
            script.wait(1)
            script.health(last: 12)
        }
        #expect(script.looks.count == 2)
    }

    @Test func `An answer is held against the report that asked, not against a later one`() {
        var script = PresenceScript()
        for _ in 0..<10 {
            script.wait(15)
            script.health(last: 10)
            script.health(last: 20)
            script.committed(1...10)
        }
        #expect(script.told == [])
    }

    @Test func `A new leader goes on with what the row says`() {
        var script = PresenceScript()
        run(&script, reports: 6, last: 10, 1...7)
        #expect(script.told == ["system 1"])
        var row = script.porch
        row.pending = []
        var next = PresenceScript(records: [row], clock: script.clock)
        run(&next, reports: 10, last: 10, 1...7)
        #expect(next.told == [])
        run(&next, reports: 2, last: 10, 1...10)
        #expect(next.told == ["system 2 ended"])
        #expect(next.events[0].ts == script.events[0].ts)
    }

    @Test func `A new epoch begins a new account`() {
        var script = PresenceScript()
        run(&script, reports: 4, last: 10, 1...7)
        script.wait(15)
        script.health(last: 3, epoch: "e2")
        script.committed(1...3, epoch: "e2")
        #expect(script.told == [])
        #expect(script.porch.epoch == "e2")
        #expect(script.porch.committed == 3)
        // An answer about the old one comes late.
        script.committed(1...7, epoch: "e1")
        #expect(script.porch.committed == 3)
    }

    @Test func `Figures without sense are no alarm and no trap`() {
        var script = PresenceScript()
        for (last, waiting, dead) in [
            (Int64.max, Int.max, Int.max), (Int64.min, Int.min, Int.min), (0, 0, 0), (50, 0, 10_000), (Int64.max, Int.min, 0),
        ] {
            var other = PresenceScript()
            for _ in 0..<3 {
                other.wait(15)
                other.health(last: last, waiting: waiting, dead: dead)
                other.committed(0...5, 7...9_007_199_254_740_991)
            }
            #expect(other.told == [])
            _ =
                NodeOverview(node: NodeRecord(name: "porch", site: "home", addedAt: other.start), record: other.porch, scope: .everything)
                .missing
            #expect((other.porch.lag ?? 0) >= 0)
        }
        run(&script, reports: 10, last: 50, dead: 10_000, 1...7)
        #expect(script.told == [])
    }
}
