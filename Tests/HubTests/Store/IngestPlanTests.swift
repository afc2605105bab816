import Base
import Protocol
import Testing

@testable import Hub

@Suite struct IngestPlanTests {
    @Test func `Batches of one call see each other`() throws {
        var maker = EventMaker()
        let one = try maker.event()
        let same = try maker.event(id: one.id, rev: 2)
        var plan = IngestPlan(committed: [:], known: [:])
        #expect(plan.add(maker.batch([one])).feedRows == 1)
        #expect(plan.add(maker.batch([same])).feedRows == 0)
        #expect(plan.add(maker.batch([one])).committed.ranges == [1...1])
        let other = try maker.event(seq: 1)
        #expect(plan.add(maker.batch([other])).staleEpoch)
        #expect(plan.changes.map(\.event.rev) == [2])
        #expect(plan.changes.map(\.isNew) == [true])
        #expect(plan.changedEpochs.values.map(\.ranges) == [[1...2]])
    }

    @Test func `A stale batch leaves no trace, its refused elements included`() throws {
        var maker = EventMaker()
        let bad = QuarantinedElement(node: "porch", epoch: "e1", seq: 8, why: "bad", body: [], receivedAt: maker.start)
        var plan = IngestPlan(committed: [IngestPlan.Epoch(maker.batch([])): SequenceRanges([1])], known: [:])
        #expect(plan.add(maker.batch([try maker.event(), try maker.event()], refused: [bad])).staleEpoch)
        #expect(plan.changes.isEmpty)
        #expect(plan.quarantined.isEmpty)
        #expect(plan.changedEpochs.isEmpty)
    }

    @Test(arguments: [
        ("2026-11-23T12:00:00Z", "2026_11", "2026-11-01T00:00:00Z"), ("1969-12-31T23:59:59Z", "1969_12", "1969-12-01T00:00:00Z"),
    ])
    func `Months are counted in UTC`(_ time: String, _ suffix: String, _ start: String) throws {
        let month = Month(try #require(Timestamp(rfc3339: time)))
        #expect(month.suffix == suffix)
        #expect(month.start == Timestamp(rfc3339: start))
        #expect(month.advanced(by: 2).advanced(by: -2) == month)
    }

    @Test func `Two months before and three after are prepared`() throws {
        let prepared = PreparedMonths(around: EventMaker.noon)
        for (time, expected) in [
            ("2026-08-31T23:59:59.999999Z", false), ("2026-09-01T00:00:00Z", true), ("2027-02-28T23:59:59.999999Z", true),
            ("2027-03-01T00:00:00Z", false),
        ] { #expect(prepared.contains(try #require(Timestamp(rfc3339: time))) == expected, "\(time)") }
    }
}
