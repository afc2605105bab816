import Base
import Protocol
import Testing

@testable import EdgeNode

@Suite("Draft queue")
struct DraftQueueTests {
    private let now = Timestamp(microseconds: 0)

    private func draft(_ severity: Severity, _ name: String) -> DraftEvent {
        DraftEvent(id: EventID(at: now), sourceID: name, type: "motion", severity: severity, ts: now, endTS: now)
    }

    @Test("when there is no room, the oldest of the least severe goes and is counted")
    func shedding() {
        var queue = DraftQueue(bound: 3)
        for (severity, name) in [(Severity.alarm, "a"), (.info, "b"), (.notice, "c"), (.info, "d"), (.warning, "e")] {
            queue.append(draft(severity, name), now: now)
        }
        #expect(queue.prefix(10).map(\.sourceID) == ["a", "c", "e"])
        #expect(queue.lost.dropped == 2)
    }

    @Test("a reported loss is forgotten, what was lost since is not")
    func reportedLoss() {
        var queue = DraftQueue(bound: 1)
        for name in ["a", "b", "c"] { queue.append(draft(.notice, name), now: now) }
        let reported = queue.lost
        queue.append(draft(.notice, "d"), now: now)
        queue.reportedLoss(reported)
        #expect(queue.lost.dropped == 1)
        queue.removeFirst(1)
        #expect(!queue.isSettled)
        queue.reportedLoss(queue.lost)
        #expect(queue.isSettled)
    }

    @Test("what could not be written comes back to the front, within the bound")
    func putBack() {
        var queue = DraftQueue(bound: 3)
        for name in ["a", "b", "c"] { queue.append(draft(.notice, name), now: now) }
        let taken = queue.prefix(2)
        queue.removeFirst(2)
        queue.append(draft(.notice, "d"), now: now)
        queue.append(draft(.notice, "e"), now: now)
        queue.putBack(taken, now: now)
        #expect(queue.prefix(10).map(\.sourceID) == ["c", "d", "e"])
        #expect(queue.lost.dropped == 2)
    }
}
