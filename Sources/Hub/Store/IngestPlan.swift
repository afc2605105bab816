import Base
import Protocol

/// Decides what becomes of batches, given what the store already knows. Both adapters read `committed` and `known` under their
/// locks, add the batches in order, and write down the outcome in one transaction. No I/O.
struct IngestPlan {
    /// An epoch of a node's outbox.
    struct Epoch: Hashable, Comparable {
        var node: String
        var name: String

        init(node: String, name: String) {
            self.node = node
            self.name = name
        }

        init(_ batch: IngestBatch) { self.init(node: batch.node, name: batch.epoch) }

        static func < (a: Epoch, b: Epoch) -> Bool { (a.node, a.name) < (b.node, b.name) }
    }

    /// What is stored of an id.
    struct Known: Hashable {
        var ts: Timestamp
        var rev: Int64
    }

    /// An event to write.
    struct Change {
        var event: Event
        var receivedAt: Timestamp
        /// Whether the id is new to the store.
        var isNew: Bool
    }

    /// What to write: one change per id (the highest rev), in the order in which the ids first changed. Each is one feed row.
    private(set) var changes: [Change] = []
    /// What to put into the quarantine.
    private(set) var quarantined: [QuarantinedElement] = []
    /// Committed `seq`s after the batches; only of epochs that changed.
    private(set) var changedEpochs: [Epoch: SequenceRanges] = [:]

    private var committed: [Epoch: SequenceRanges]
    private var known: [EventID: Known]
    private var positions: [EventID: Int] = [:]

    /// - Parameters:
    ///   - committed: Committed `seq`s of every epoch that the batches name; absent ones count as empty.
    ///   - known: What is stored of the ids that the batches name.
    init(committed: [Epoch: SequenceRanges], known: [EventID: Known]) {
        self.committed = committed
        self.known = known
    }

    /// Takes one batch in.
    mutating func add(_ batch: IngestBatch) -> IngestOutcome {
        var outcome = IngestOutcome()
        let epoch = Epoch(batch)
        let before = committed[epoch] ?? SequenceRanges()
        // A `seq` committed for another event, or for a rev that never arrived, means that the node's outbox was put back from an
        // old copy. Whatever else the batch holds may be numbered twice as well, so none of it is taken.
        for event in batch.events where before.contains(event.seq) && !isDuplicate(event) {
            outcome.staleEpoch = true
            return outcome
        }
        var ranges = before
        var seen: [Int64: (id: EventID, rev: Int64)] = [:]
        for event in batch.events {
            if let earlier = seen[event.seq] {
                if earlier != (event.id, event.rev) {
                    reject(event, "seq stands twice in the batch, for different events", batch, &outcome)
                }
                continue
            }
            seen[event.seq] = (event.id, event.rev)
            if !before.contains(event.seq) {
                if let stored = known[event.id], stored.ts != event.ts {
                    reject(event, "ts of an id never changes: it was \(stored.ts)", batch, &outcome)
                    continue
                }
                if apply(event, batch) { outcome.feedRows += 1 }
                ranges.insert(event.seq...event.seq)
            }
            outcome.committed.insert(event.seq...event.seq)
        }
        quarantined += batch.refused
        if ranges != before {
            committed[epoch] = ranges
            changedEpochs[epoch] = ranges
        }
        return outcome
    }

    private func isDuplicate(_ event: Event) -> Bool {
        guard let stored = known[event.id] else { return false }
        return stored.ts == event.ts && stored.rev >= event.rev
    }

    /// Returns whether this makes a feed row that the transaction did not have yet.
    private mutating func apply(_ event: Event, _ batch: IngestBatch) -> Bool {
        let stored = known[event.id]
        if let stored, stored.rev >= event.rev { return false }
        known[event.id] = Known(ts: event.ts, rev: event.rev)
        if let position = positions[event.id] {
            changes[position].event = event
            return false
        }
        positions[event.id] = changes.count
        changes.append(Change(event: event, receivedAt: batch.receivedAt, isNew: stored == nil))
        return true
    }

    private mutating func reject(_ event: Event, _ why: String, _ batch: IngestBatch, _ outcome: inout IngestOutcome) {
        outcome.rejected.append(.init(seq: event.seq, why: why))
        quarantined.append(QuarantinedElement(event, why: why, in: batch))
    }
}
