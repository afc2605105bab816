import MediaTypes

/// Counts frames in the order of display, from 0, decoded or not. Packets come in decoding order, which may differ by a few places.
struct FrameNumbering: Sendable {
    private var times: [MediaTime] = []
    private var dropped = 0
    private static let remembered = 4096

    /// The number of packets seen.
    var count: Int { dropped + times.count }

    mutating func note(_ time: MediaTime) {
        if times.count >= Self.remembered {
            times.removeFirst(Self.remembered / 2)
            dropped += Self.remembered / 2
        }
        var at = times.count
        while at > 0, times[at - 1] > time { at -= 1 }
        times.insert(time, at: at)
    }

    /// The stream's clock starts anew; counting goes on.
    mutating func startOver() {
        dropped += times.count
        times.removeAll(keepingCapacity: true)
    }

    /// The number of the frame shown at `time`; that of its predecessor where it is not known exactly.
    func number(of time: MediaTime) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return dropped + low
    }
}
