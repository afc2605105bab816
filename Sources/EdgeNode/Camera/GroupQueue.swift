import Foundation
package import Media
package import MediaTypes

/// The bounded hand-over from a camera's thread to its analysis. When the analysis falls behind, whole groups of pictures go, oldest
/// first, so that what is left can be decoded; each dropped packet is counted.
///
/// `@unchecked`: every stored variable is only touched with `condition` locked.
package final class GroupQueue: PacketConsumer, @unchecked Sendable {
    private let condition = NSCondition()
    private let packetLimit: Int
    private let byteLimit: Int
    private var waiting: [QueuedPacket] = []
    private var waitingBytes = 0
    private var isClosed = false
    /// Until the next keyframe nothing can be decoded.
    private var needsKeyframe = true
    /// The next packet that is kept follows a gap.
    private var gapAhead = true
    private var droppedCount = 0
    private var droppedGroupCount = 0

    /// - Parameters:
    ///   - packetLimit: Packets that may wait; make it several groups of pictures.
    ///   - byteLimit: Bytes that may wait.
    package init(packetLimit: Int = 600, byteLimit: Int = 24 << 20) {
        self.packetLimit = max(1, packetLimit)
        self.byteLimit = max(1, byteLimit)
    }

    /// Packets dropped because the analysis was behind.
    package var dropped: Int { condition.withLock { droppedCount } }
    /// Groups of pictures dropped, wholly or from somewhere to their end.
    package var droppedGroups: Int { condition.withLock { droppedGroupCount } }
    /// Packets that wait.
    package var count: Int { condition.withLock { waiting.count } }

    package func receive(_ packet: EncodedPacket, of stream: StreamInfo) {
        condition.withLock {
            if isClosed { return }
            if needsKeyframe {
                guard packet.isKeyframe else {
                    droppedCount += 1
                    return
                }
                needsKeyframe = false
            }
            waiting.append(QueuedPacket(packet: packet, stream: stream, followsGap: gapAhead))
            gapAhead = false
            waitingBytes += packet.byteCount
            while waiting.count > packetLimit || waitingBytes > byteLimit, !waiting.isEmpty { shorten() }
            condition.signal()
        }
    }

    package func interrupted(_ why: MediaError.Code) {
        condition.withLock {
            needsKeyframe = true
            gapAhead = true
        }
    }

    /// Waits for the next packet on the calling thread.
    /// - Returns: nil once the queue is closed and empty.
    package func next() -> QueuedPacket? {
        condition.withLock {
            while waiting.isEmpty, !isClosed { condition.wait() }
            return waiting.isEmpty ? nil : removeFirst()
        }
    }

    /// As `next`, but without waiting.
    package func poll() -> QueuedPacket? {
        condition.withLock { waiting.isEmpty ? nil : removeFirst() }
    }

    /// Takes no more packets; `next` ends when those that wait are taken.
    package func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    private func removeFirst() -> QueuedPacket {
        let first = waiting.removeFirst()
        waitingBytes -= first.packet.byteCount
        return first
    }

    /// Drops the oldest group that waits from its keyframe on; the rest of the group that the analysis has begun stays, unless it is alone.
    private func shorten() {
        let start = waiting.firstIndex { $0.packet.isKeyframe } ?? 0
        let end = waiting[(start + 1)...].firstIndex { $0.packet.isKeyframe } ?? waiting.count
        for item in waiting[start..<end] { waitingBytes -= item.packet.byteCount }
        droppedCount += end - start
        droppedGroupCount += 1
        waiting.removeSubrange(start..<end)
        if start < waiting.count {
            waiting[start].followsGap = true
        } else {
            needsKeyframe = true
            gapAhead = true
        }
    }
}
