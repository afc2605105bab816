/// Sealed chunks on their way to the disk, one behind the other.
package struct SealedChunks: Sendable {
    /// Their bytes.
    package internal(set) var bytes: [UInt8] = []
    /// One for each of them, in their order.
    package internal(set) var hashes: [ChunkHash] = []

    package init() {}

    /// Forgets them once they are written; the memory is kept for the next ones.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
    }
}
