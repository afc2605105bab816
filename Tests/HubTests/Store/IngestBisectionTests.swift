import Base
import Protocol
import Testing

@testable import Hub

@Suite struct IngestBisectionTests {
    @Test func `An event that the quarantine refuses too is answered as rejected`() async throws {
        var maker = EventMaker()
        let batch = maker.batch([try maker.event(), try maker.event(type: "poison"), try maker.event()])
        let outcomes = try await IngestBisection.run([batch]) { (group) async throws(StoreError) in
            try Self.commit(group)
        } quarantine: { (_) async throws(StoreError) in
            throw StoreError(.refused, "no room for it")
        }
        #expect(outcomes.map(\.committed.ranges) == [[1...1, 3...3]])
        #expect(outcomes.first?.rejected.map(\.seq) == [2])
    }

    @Test func `A quarantine that is away is told, so that nothing is answered as rejected without it`() async throws {
        var maker = EventMaker()
        let batch = maker.batch([try maker.event(type: "poison")])
        let error = await #expect(throws: StoreError.self) {
            try await IngestBisection.run([batch]) { (group) async throws(StoreError) in
                try Self.commit(group)
            } quarantine: { (_) async throws(StoreError) in
                throw StoreError(.unavailable, "gone")
            }
        }
        #expect(error?.code == .unavailable)
    }

    private static func commit(_ batches: [IngestBatch]) throws(StoreError) -> [IngestOutcome] {
        guard !batches.contains(where: { $0.events.contains { $0.type == "poison" } }) else { throw StoreError(.refused, "poison") }
        return batches.map { batch in
            var outcome = IngestOutcome()
            for event in batch.events { outcome.committed.insert(event.seq...event.seq) }
            return outcome
        }
    }
}
