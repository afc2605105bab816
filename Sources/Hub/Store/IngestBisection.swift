import Protocol

/// What to do when the database refuses a whole transaction: halve it until the culprit stands alone, so that nothing good is held
/// back by it.
enum IngestBisection {
    /// Runs `commit` over the batches, in as few transactions as the database allows.
    ///
    /// - Parameters:
    ///   - commit: One transaction; throws `StoreError.refused` where something in it cannot be stored.
    ///   - quarantine: Notes a single refused event, outside of any batch. Where that is refused too, the event is answered as
    ///     rejected all the same: to throw would hold back the answers to every other batch, again at each resend.
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
        if batch.events.count + batch.refused.count > 1 {
            let (front, back) = halves(batch)
            let one = try await run([front], commit: commit, quarantine: quarantine)
            let two = try await run([back], commit: commit, quarantine: quarantine)
            return [merge(one, two)]
        }
        var outcome = IngestOutcome()
        // A refused element that the quarantine does not take either: the caller answers it as rejected, as all of `batch.refused`.
        guard let event = batch.events.first else { return [outcome] }
        let why = "the store refuses it: \(refusal.message)"
        do { try await quarantine([QuarantinedElement(event, why: why, in: batch)]) } catch {
            guard error.code == .refused else { throw error }
        }
        outcome.rejected = [.init(seq: event.seq, why: why)]
        return [outcome]
    }

    /// A batch of two elements or more, cut between its events, or where there is at most one of them, between its refused elements.
    private static func halves(_ batch: IngestBatch) -> (front: IngestBatch, back: IngestBatch) {
        var (front, back) = (batch, batch)
        let events = batch.events.count > 1 ? batch.events.count / 2 : batch.events.count
        let refused = batch.events.isEmpty ? batch.refused.count / 2 : 0
        front.events = Array(batch.events[..<events])
        back.events = Array(batch.events[events...])
        front.refused = Array(batch.refused[..<refused])
        back.refused = Array(batch.refused[refused...])
        return (front, back)
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
