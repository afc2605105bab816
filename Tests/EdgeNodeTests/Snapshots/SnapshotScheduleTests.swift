import Base
import Protocol
import Testing

@testable import EdgeNode

@Suite("Snapshot schedule")
struct SnapshotScheduleTests {
    private func name(_ number: UInt64, rank: Int = 1) -> SnapshotName { SnapshotName(event: EventID(high: number, low: 0), rank: rank) }

    @Test("The oldest goes first; what is stored or refused is done with")
    func order() {
        var schedule = SnapshotSchedule()
        #expect(schedule.next(of: [], at: 0) == .wait(.infinity))
        #expect(schedule.next(of: [name(1), name(2)], at: 0) == .send(name(1)))
        #expect(schedule.answered(name(1), .stored, at: 0) == .sent)
        #expect(schedule.answered(name(2), .refused, at: 0) == .refused)
        #expect(schedule.next(of: [name(3)], at: 0) == .send(name(3)))
    }

    @Test("A picture whose event is not known yet is put off, and others go before it")
    func unknown() throws {
        var schedule = SnapshotSchedule()
        #expect(schedule.answered(name(1), .unknownEvent, at: 0) == .keep)
        guard case .wait(let pause) = schedule.next(of: [name(1), name(2)], at: 0) else { throw NeverPut() }
        #expect(pause <= 0.1)
        #expect(schedule.next(of: [name(1), name(2)], at: 0.2) == .send(name(2)))
        #expect(schedule.answered(name(2), .stored, at: 0.3) == .sent)
        guard case .wait(let rest) = schedule.next(of: [name(1)], at: 0.3) else { throw NeverPut() }
        #expect(rest > 0.5 && rest <= 2)
        #expect(schedule.next(of: [name(1)], at: 2.3) == .send(name(1)))
    }

    private struct NeverPut: Error {}

    @Test("An event that stays unknown is asked about ever more rarely, once a minute in the end, and given up after a day")
    func givenUp() {
        var schedule = SnapshotSchedule()
        var (now, asked) = (0.0, 0)
        var verdict = SnapshotSchedule.Verdict.keep
        while verdict == .keep, now < 200_000 {
            switch schedule.next(of: [name(1)], at: now) {
            case .send:
                asked += 1
                verdict = schedule.answered(name(1), .unknownEvent, at: now)
            case .wait(let seconds): now += seconds
            }
        }
        #expect(verdict == .givenUp)
        #expect((86_400...86_500).contains(now))
        #expect((1440...2900).contains(asked))
    }

    @Test("A hub that knows none of thousands of events is not asked about all of them at once")
    func pace() {
        var schedule = SnapshotSchedule()
        let all = (1...5000).map { name($0) }
        var (now, asked) = (0.0, 0)
        while now < 600 {
            switch schedule.next(of: all, at: now) {
            case .send(let name):
                asked += 1
                #expect(schedule.answered(name, .unknownEvent, at: now) == .keep)
            case .wait(let seconds): now += seconds
            }
        }
        #expect((110...260).contains(asked))
    }

    @Test("A hub that does not answer puts everything off, at most a minute; an answer ends that")
    func outage() throws {
        var schedule = SnapshotSchedule()
        for _ in 0..<10 { #expect(schedule.answered(name(1), .noAnswer, at: 0) == .keep) }
        guard case .wait(let pause) = schedule.next(of: [name(1), name(2)], at: 0) else { throw NeverPut() }
        #expect((30...60).contains(pause))
        #expect(schedule.next(of: [name(1), name(2)], at: 60) == .send(name(1)))
        #expect(schedule.answered(name(1), .stored, at: 60) == .sent)
        #expect(schedule.answered(name(2), .noAnswer, at: 60) == .keep)
        guard case .wait(let again) = schedule.next(of: [name(2)], at: 60) else { throw NeverPut() }
        #expect(again <= 1)
    }

    @Test("A node that is not let in asks again after ten minutes")
    func forbidden() {
        var schedule = SnapshotSchedule()
        #expect(schedule.answered(name(1), .forbidden, at: 5) == .keep)
        #expect(schedule.next(of: [name(1), name(2)], at: 5) == .wait(600))
        #expect(schedule.next(of: [name(1), name(2)], at: 605) == .send(name(1)))
    }
}
