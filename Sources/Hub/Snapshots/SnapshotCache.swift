import NIOCore
import Protocol

/// Opened pictures in memory, up to a number of bytes; those that nobody looked at for the longest time go first. They never reach a disk.
struct SnapshotCache {
    struct Key: Hashable, Sendable {
        let event: EventID
        let rank: Int
        let size: SnapshotSize
        /// Whether people are hidden in it.
        var isHidden = false
    }

    private struct Entry {
        let jpeg: ByteBuffer
        var used: UInt64
    }

    private let limit: Int
    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0
    private(set) var bytes = 0

    init(limit: Int) { self.limit = limit }

    mutating func find(_ key: Key) -> ByteBuffer? {
        clock += 1
        entries[key]?.used = clock
        return entries[key]?.jpeg
    }

    mutating func add(_ jpeg: ByteBuffer, _ key: Key) {
        guard jpeg.readableBytes <= limit else { return }
        clock += 1
        if let old = entries.updateValue(Entry(jpeg: jpeg, used: clock), forKey: key) { bytes -= old.jpeg.readableBytes }
        bytes += jpeg.readableBytes
        if bytes > limit { shrink() }
    }

    /// Down to three quarters at once, so that the order is not looked for at each addition.
    private mutating func shrink() {
        for (key, entry) in entries.sorted(by: { $0.value.used < $1.value.used }) where bytes > limit / 4 * 3 {
            entries[key] = nil
            bytes -= entry.jpeg.readableBytes
        }
    }
}
