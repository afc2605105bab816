import Testing

@testable import EdgeNode

@Suite struct ReportScheduleTests {
    @Test("A camera that the hub does not know is put off by itself, longer each time, and others go on")
    func later() {
        var schedule = ReportSchedule()
        var ends: [Double] = []
        var now = 0.0
        for _ in 0..<8 {
            schedule.answered("door", .later, at: now)
            #expect(schedule.excluded(at: now) == ["door"])
            #expect(schedule.pause(at: now) == 0)
            var end = now
            while schedule.excluded(at: end) == ["door"] { end += 0.5 }
            ends.append(end - now)
            now = end
        }
        #expect(ends.allSatisfy { $0 <= 121 })
        #expect((ends.last ?? 0) > (ends.first ?? 0) * 2)
        schedule.answered("door", .stored, at: now)
        #expect(schedule.excluded(at: now).isEmpty)
    }

    @Test("A hub that does not answer puts everything off, at most a minute; one that does ends it")
    func outage() {
        var schedule = ReportSchedule()
        for _ in 0..<10 { schedule.answered("door", .noAnswer, at: 0) }
        let pause = schedule.pause(at: 0)
        #expect(pause > 1 && pause <= 61)
        #expect(schedule.pause(at: pause) == 0)
        schedule.answered("door", .stored, at: pause)
        schedule.answered("door", .noAnswer, at: pause)
        #expect(schedule.pause(at: pause) <= 2)
    }

    @Test("A node that is not let in asks again after ten minutes")
    func forbidden() {
        var schedule = ReportSchedule()
        schedule.answered("door", .forbidden, at: 5)
        #expect(schedule.pause(at: 5) == ReportSchedule.exclusion)
    }

    @Test(
        "What the hub's statuses mean",
        arguments: [
            (204, .stored), (404, .later), (409, .later), (500, .later), (401, .forbidden), (400, .refused), (403, .refused),
            (413, .refused),
            (503, .noAnswer), (502, .noAnswer), (418, .noAnswer),
        ] as [(Int, ReportSchedule.Answer)])
    func statuses(status: Int, meaning: ReportSchedule.Answer) {
        #expect(ReportSchedule.Answer(HubHTTP.Answer(status: status, body: [])) == meaning)
        let problem = Array(#"{"type":"/problems/not-this-node","status":403}"#.utf8)
        #expect(ReportSchedule.Answer(HubHTTP.Answer(status: 403, body: problem)) == .forbidden)
    }
}
