import Base
import Fleet
import Testing

@Suite("Fault schedule and event plan")
struct FaultScheduleTests {
    @Test("the same seed gives the same faults, another seed others")
    func seeded() {
        let one = FaultSchedule(faults: 100, nodes: 4, replicas: 2, seed: 1)
        let same = FaultSchedule(faults: 100, nodes: 4, replicas: 2, seed: 1)
        let other = FaultSchedule(faults: 100, nodes: 4, replicas: 2, seed: 2)
        #expect(one.steps == same.steps)
        #expect(one.steps != other.steps)
        #expect(one.count == 100)
    }

    @Test("forty faults hold every kind, and a cut that outlasts the keep-alive")
    func everyKind() {
        let faults = FaultSchedule(faults: 40, nodes: 4, replicas: 2, seed: 3).steps.flatMap { $0 }
        #expect(Set(faults.map(\.kind)) == Set(Fault.Kind.allCases))
        #expect(faults.contains { $0.kind == .nodeCutOff && $0.length > 22.5 })
    }

    @Test("faults that begin together strike different things")
    func pairs() {
        for step in FaultSchedule(faults: 400, nodes: 4, replicas: 2, seed: 4).steps where step.count > 1 {
            #expect(Set(step.map(\.victim)).count == step.count)
        }
    }

    @Test("a plan's ids are the same when it is made again, and differ between events, nodes and seeds")
    func ids() {
        let start = SystemClock().now
        let plan = EventPlan(node: "a", events: 100, seed: 1, start: start)
        let same = EventPlan(node: "a", events: 100, seed: 1, start: start)
        let others = [EventPlan(node: "b", events: 100, seed: 1, start: start), EventPlan(node: "a", events: 100, seed: 2, start: start)]
        let ids = (0..<100).map(plan.id(of:))
        #expect(ids == (0..<100).map(same.id(of:)))
        #expect(Set(ids + others.flatMap { other in (0..<100).map(other.id(of:)) }).count == 300)
    }

    @Test("every revision of a plan stands in its items once, the first before the second")
    func items() {
        let plan = EventPlan(node: "a", events: 100, seed: 1, start: SystemClock().now)
        #expect(Set(plan.items).count == plan.items.count)
        var seen: [Int: Int64] = [:]
        for item in plan.items {
            #expect(item.rev == (seen[item.event] ?? 0) + 1)
            seen[item.event] = item.rev
        }
        #expect(seen.count == 100)
        for (event, rev) in seen { #expect(plan.lastRevision(of: event) == rev) }
    }
}
