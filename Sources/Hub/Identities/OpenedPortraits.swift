import Protocol
import Vision

/// Portraits that were opened, by event and rank: a sealed one takes longer to open than to compare. In memory only, those that were used longest
/// ago go first.
struct OpenedPortraits {
    struct Key: Hashable {
        let event: EventID
        let rank: Int
    }

    /// Of some 1.3 KB each for faces, and 5 KB for animals.
    private static let limit = 8192

    private var embeddings: [Key: (embedding: Embedding, used: UInt64)] = [:]
    private var clock: UInt64 = 0

    mutating func find(_ key: Key) -> Embedding? {
        clock += 1
        embeddings[key]?.used = clock
        return embeddings[key]?.embedding
    }

    mutating func add(_ embedding: Embedding, _ key: Key) {
        clock += 1
        embeddings[key] = (embedding, clock)
        guard embeddings.count > Self.limit else { return }
        let oldest = embeddings.sorted { $0.value.used < $1.value.used }.prefix(Self.limit / 4)
        for entry in oldest { embeddings[entry.key] = nil }
    }

    /// Somebody was taken away: nothing of them stays in memory.
    mutating func forgetAll() { embeddings = [:] }
}
