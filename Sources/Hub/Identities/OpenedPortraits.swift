import Protocol
import Vision

/// Portraits that were opened, by event, rank and model: a sealed one takes longer to open than to compare. In memory only; those that nobody used for a
/// while go, so that what was deleted elsewhere does not stay.
struct OpenedPortraits {
    struct Key: Hashable {
        let event: EventID
        let rank: Int
        let model: String
    }

    /// Of 1 KB each for faces, and 5 KB for animals.
    private static let limit = 8192

    private var embeddings: [Key: (embedding: Embedding, used: Double)] = [:]
    /// Counts up when all are forgotten: what was read from the store before that does not come in any more.
    private(set) var generation = 0

    /// - Parameter uptime: Seconds, from any start.
    mutating func find(_ key: Key, at uptime: Double) -> Embedding? {
        embeddings[key]?.used = uptime
        return embeddings[key]?.embedding
    }

    mutating func add(_ embedding: Embedding, _ key: Key, of generation: Int, at uptime: Double) {
        guard generation == self.generation else { return }
        embeddings[key] = (embedding, uptime)
        guard embeddings.count > Self.limit else { return }
        let oldest = embeddings.sorted { $0.value.used < $1.value.used }.prefix(Self.limit / 4)
        for entry in oldest { embeddings[entry.key] = nil }
    }

    mutating func forget(unusedSince uptime: Double) { embeddings = embeddings.filter { $0.value.used >= uptime } }

    /// Somebody was taken away: nothing of them stays in memory.
    mutating func forgetAll() {
        embeddings = [:]
        generation += 1
    }
}
