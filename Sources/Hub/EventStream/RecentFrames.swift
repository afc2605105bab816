import NIOCore

/// The last frames of the feed, so that a browser that was away for a moment costs the store nothing. Bounded in number and bytes.
package struct RecentFrames: Sendable {
    private var frames: [StreamFrame] = []
    private var first = 0
    private var bytes = 0
    /// Every frame above this cursor is here.
    package private(set) var floor: Int64
    private let countLimit: Int
    private let byteLimit: Int

    package init(floor: Int64, countLimit: Int = 2048, byteLimit: Int = 4 << 20) {
        self.floor = floor
        self.countLimit = countLimit
        self.byteLimit = byteLimit
    }

    package mutating func append(_ frame: StreamFrame) {
        frames.append(frame)
        bytes += frame.size
        while first < frames.count, frames.count - first > countLimit || bytes > byteLimit {
            floor = frames[first].cursor
            bytes -= frames[first].size
            first += 1
        }
        // Shifting the array only now and then makes dropping the oldest cheap.
        if first >= 1024 || first == frames.count {
            frames.removeFirst(first)
            first = 0
        }
    }

    /// The frames after `cursor` up to `last`; nil where some of them are gone.
    package func frames(after cursor: Int64, through last: Int64) -> [StreamFrame]? {
        guard cursor >= floor else { return nil }
        var low = first
        var high = frames.count
        while low < high {
            let middle = (low + high) / 2
            if frames[middle].cursor <= cursor { low = middle + 1 } else { high = middle }
        }
        return Array(frames[low...].prefix { $0.cursor <= last })
    }
}
