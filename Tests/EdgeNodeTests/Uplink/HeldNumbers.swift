import Protocol
import Synchronization

/// Which event a hub holds under which number of which epoch.
final class HeldNumbers: Sendable {
    private let held = Mutex<[String: [Int64: EventID]]>([:])

    /// Commits what is new, and calls the epoch stale where a number is held under another id.
    func answer(_ batch: EventBatch) -> [Acknowledgement] {
        held.withLock { held in
            var answer = Acknowledgement(epoch: batch.epoch, batch: batch.batch)
            for event in batch.events {
                switch held[batch.epoch]?[event.seq] {
                case nil, event.id: held[batch.epoch, default: [:]][event.seq] = event.id
                default:
                    answer.staleEpoch = true
                    continue
                }
                answer.committed.insert(event.seq...event.seq)
            }
            return [answer]
        }
    }
}
