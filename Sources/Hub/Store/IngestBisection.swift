import Protocol

/// What to do when the database refuses a whole transaction: halve it until the culprit stands alone, so that nothing good is held
/// back by it.
enum IngestBisection {
    /// Runs `commit` over the batches, in as few transactions as the database allows.
    ///
    /// - Parameters:
    ///   - commit: One transaction; throws `StoreError.refused` where something in it cannot be stored.
    ///   - quarantine: Notes a single refused event, outside of any batch.
    static func run(
        _ batches: [IngestBatch], commit: ([IngestBatch]) async throws(StoreError) -> [IngestOutcome],
        quarantine: ([QuarantinedElement]) async throws(StoreError) -> Void
    ) async throws(StoreError) -> [IngestOutcome] {
        let refusal: StoreError
        do { return try await commit(batches) } catch {
            guard error.code == .refused else { throw error }
            refusal = error
        }
        if batches.count > 1 {
            let middle = batches.count / 2
            let first = try await run(Array(batches[..<middle]), commit: commit, quarantine: quarantine)
            return first + (try await run(Array(batches[middle...]), commit: commit, quarantine: quarantine))
        }
        guard let batch = batches.first else { return [] }
        guard let event = batch.events.first else { throw refusal }
        if batch.events.count > 1 || !batch.refused.isEmpty {
            var (front, back) = (batch, batch)
            let middle = batch.events.count > 1 ? batch.events.count / 2 : 1
            front.events = Array(batch.events[..<middle])
            front.refused = []
            back.events = Array(batch.events[middle...])
            let one = try await run([front], commit: commit, quarantine: quarantine)
            let two = try await run([back], commit: commit, quarantine: quarantine)
            return [merge(one, two)]
        }
        var outcome = IngestOutcome()
        let why = "the store refuses it: \(refusal.message)"
        try await quarantine([QuarantinedElement(event, why: why, in: batch)])
        outcome.rejected = [.init(seq: event.seq, why: why)]
        return [outcome]
    }

    private static func merge(_ one: [IngestOutcome], _ two: [IngestOutcome]) -> IngestOutcome {
        (one + two).reduce(into: IngestOutcome()) { sum, part in
            sum.committed.formUnion(part.committed)
            sum.rejected += part.rejected
            sum.staleEpoch = sum.staleEpoch || part.staleEpoch
            sum.feedRows += part.feedRows
        }
    }
}
